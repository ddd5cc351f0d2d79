import type { BlobStore } from "../../ports/blob-store.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import type { Looks } from "./looks.js";

/** The stores that a history runs on; `close` throws them away. */
export interface HistoryStores {
  readonly originals: BlobStore;
  readonly renditions: BlobStore;
  readonly records: MetadataRepository;
  /**
   * Puts the originals in order, each step of a write a call of its own, by looks that are numbered here; absent: the
   * store numbers and tells its changes itself, in one step with each.
   */
  readonly keepOrder?: (given: { store: BlobStore; looks: Looks }) => BlobStore;
  /** Numbers the changes of originals anew, as another store would; absent: this one cannot. */
  readonly restart?: () => void;
  readonly close?: () => Promise<void>;
}
