import type { BlobStore } from "../../../src/ports/blob-store.js";
import type { MetadataRepository } from "../../../src/ports/metadata-repository.js";

/** The stores that a history runs on; `close` throws them away. */
export interface Stores {
  readonly originals: BlobStore;
  readonly renditions: BlobStore;
  readonly records: MetadataRepository;
  /** Numbers the changes of originals anew, as another store would; absent: this one cannot. */
  readonly restart?: () => void;
  readonly close?: () => Promise<void>;
}
