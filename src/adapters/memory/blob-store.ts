import type { OriginalChange } from "../../domain/model/change.js";
import { computeSha256 } from "../../domain/model/digest.js";
import { etag } from "../../domain/model/etag.js";
import { compareKeys } from "../../domain/model/original-key.js";
import type { Page } from "../../domain/model/page.js";
import type {
  Blob,
  BlobInfo,
  BlobStore,
  DeleteResult,
  PutOptions,
  PutResult,
} from "../../ports/blob-store.js";
import {
  createChangedBlobError,
  createMissingBlobError,
  createOversizedBlobError,
} from "../../ports/checked/index.js";
import type { Clock } from "../../ports/clock.js";

/** Most items of a page when the caller does not say. */
const DEFAULT_PAGE_SIZE = 1_000;

/**
 * The source of etags. `by-content`: the bytes, so that the same bytes have the same etag. `by-write`: each write
 * has its own, as in stores that count their writes or encrypt what they hold.
 */
export type MemoryEtags = "by-content" | "by-write";

/** Blobs in a map. With `changes` it is a store of originals: it numbers its changes and tells them. */
export class MemoryBlobStore implements BlobStore {
  readonly #blobs = new Map<string, Blob>();
  readonly #sequence = new Map<string, number>();
  readonly #changes: { add(change: OriginalChange): void } | undefined;
  readonly #clock: Clock;
  readonly #etags: MemoryEtags;
  #writes = 0;

  /**
   * `changes` is told every change as it happens; by default nobody is. `clock` is the system's and `etags` are
   * `by-content` by default.
   */
  constructor(
    options: { changes?: { add(change: OriginalChange): void }; clock?: Clock; etags?: MemoryEtags } = {},
  ) {
    this.#changes = options.changes;
    this.#clock = options.clock ?? (() => new Date());
    this.#etags = options.etags ?? "by-content";
  }

  async get(key: string, options: { ifMatch?: string; maxBytes?: number } = {}): Promise<Blob> {
    const blob = this.#find(key);
    const { ifMatch, maxBytes = Number.POSITIVE_INFINITY } = options;
    if (ifMatch !== undefined && ifMatch !== blob.etag) throw createChangedBlobError();
    if (blob.size > maxBytes) throw createOversizedBlobError(maxBytes, blob.size);
    return { ...blob, ...toBlobInfo(blob), bytes: blob.bytes.slice() };
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions): Promise<PutResult> {
    this.#writes += 1;
    const sha256 = computeSha256(bytes);
    const name = etag(this.#etags === "by-content" ? sha256 : `write-${this.#writes}`);
    this.#blobs.set(key, {
      key,
      size: bytes.length,
      etag: name,
      contentType: options.contentType,
      storedAt: this.#clock(),
      ...(options.cacheControl !== undefined && { cacheControl: options.cacheControl }),
      ...(options.disposition !== undefined && { disposition: options.disposition }),
      metadata: { ...options.metadata },
      bytes: Uint8Array.from(bytes),
      sha256,
    });
    if (!this.#changes) return { etag: name };
    const sequencer = this.#drawSequencer(key);
    this.#changes.add({ type: "created", key, sequencer, etag: name });
    return { etag: name, sequencer };
  }

  async head(key: string): Promise<BlobInfo> {
    return toBlobInfo(this.#find(key));
  }

  async delete(key: string): Promise<DeleteResult> {
    if (!this.#blobs.delete(key) || !this.#changes) return {};
    const sequencer = this.#drawSequencer(key);
    this.#changes.add({ type: "removed", key, sequencer });
    return { sequencer };
  }

  async deleteAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.delete(key);
  }

  /** The cursor is the last key of the page before, so that it holds whatever comes and goes meanwhile. */
  async list(prefix: string, options: { cursor?: string; limit?: number } = {}): Promise<Page<BlobInfo>> {
    const { cursor, limit = DEFAULT_PAGE_SIZE } = options;
    const following = [...this.#blobs.values()]
      .filter(({ key }) => key.startsWith(prefix) && (cursor === undefined || compareKeys(key, cursor) > 0))
      .sort((a, b) => compareKeys(a.key, b.key));
    const items = following.slice(0, limit).map(toBlobInfo);
    const last = items.at(-1);
    return last && following.length > items.length ? { items, cursor: last.key } : { items };
  }

  #find(key: string): Blob {
    const blob = this.#blobs.get(key);
    if (!blob) throw createMissingBlobError();
    return blob;
  }

  /** Sixteen digits, so that the order of the text is the order of the numbers; a removed key goes on counting. */
  #drawSequencer(key: string): string {
    const next = (this.#sequence.get(key) ?? 0) + 1;
    this.#sequence.set(key, next);
    return String(next).padStart(16, "0");
  }
}

function toBlobInfo({ bytes: _, sha256: __, ...info }: Blob): BlobInfo {
  return { ...info, storedAt: new Date(info.storedAt), metadata: { ...info.metadata } };
}
