import { type BigIntStats, closeSync, fstatSync } from "node:fs";
import { join } from "node:path";
import { computeSha256 } from "../../domain/model/digest.js";
import { hasCode } from "../../domain/model/errors.js";
import { etag } from "../../domain/model/etag.js";
import type { Page } from "../../domain/model/page.js";
import type {
  Blob,
  BlobInfo,
  BlobStore,
  DeleteResult,
  ListOptions,
  PutOptions,
  PutResult,
} from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import {
  createChangedBlobError,
  createMissingBlobError,
  createOversizedBlobError,
} from "../../ports/checked/index.js";
import { AttributeTable, type BlobAttributes, identifyFile } from "./blob-attributes.js";
import { listKeys } from "./blob-listing.js";
import type { ChangeLog } from "./change-log.js";
import type { DataDirectory } from "./data-directory.js";
import { readWhole } from "./file-content.js";
import { discard, removeEntry } from "./file-tree.js";
import { KeptWalk, KeyWalk } from "./kept-walk.js";
import { KnownHashes } from "./known-hashes.js";
import type { PlacingStore } from "./place-blobs.js";
import { ReplacedWhileReading, StoredAttributes } from "./stored-attributes.js";
import {
  derivePlace,
  type KeyPlace,
  listStoredFiles,
  openStoredFile,
  type StoredFile,
} from "./stored-file.js";
import { readErrorCode, wrapSystemErrors } from "./system-errors.js";

/** Most items of a page when the caller does not say. */
const DEFAULT_PAGE_SIZE = 1_000;

/**
 * Blobs as files below `DIR/<store>`, their attributes in the database. A file is written elsewhere and moved into
 * place, so it is always whole; the moving happens under the lock of the directory, in one step of this thread.
 * With `changes` it is a store of originals: it numbers its changes and writes each down before it happens, and it takes files
 * that people put there under names of their own, until a put or a delete of their key replaces or removes them.
 */
export class LocalBlobStore implements BlobStore {
  readonly #data: DataDirectory;
  readonly #root: string;
  readonly #attributes: AttributeTable;
  readonly #hashes: KnownHashes;
  readonly #stored: StoredAttributes;
  readonly #changes: ChangeLog | undefined;
  readonly #placing: PlacingStore;
  readonly #walks = new KeptWalk();

  constructor(options: { data: DataDirectory; store: "originals" | "renditions"; changes?: ChangeLog }) {
    this.#data = options.data;
    this.#root = join(options.data.dir, options.store);
    this.#attributes = new AttributeTable(options.data.database, options.store);
    this.#hashes = new KnownHashes(options.data.database, options.store);
    this.#stored = new StoredAttributes(this.#root, this.#attributes, this.#hashes);
    this.#changes = options.changes;
    const { data, changes } = options;
    const recordCreation = changes && ((path: string, etag: string) => changes.recordCreation(path, etag));
    this.#placing = {
      database: data.database,
      root: this.#root,
      attributes: this.#attributes,
      recordCreation,
    };
  }

  async get(
    key: string,
    { ifMatch, maxBytes = Number.POSITIVE_INFINITY }: { ifMatch?: string; maxBytes?: number } = {},
  ): Promise<Blob> {
    return this.#read(key, async (file, path) => {
      const { descriptor, stat } = file;
      // Which etag is there counts before how large it is: a change that has been overtaken is not at fault.
      if (stat.size > maxBytes) {
        const { etag } = await this.#stored.read(file, path);
        assertEtag(ifMatch, etag);
        throw createOversizedBlobError(maxBytes, Number(stat.size));
      }
      const known = this.#attributes.findByFileIdentity(path, identifyFile(stat));
      const bytes = await readWhole(descriptor, Number(stat.size));
      // A file that is as it was when it was stored, before and after, holds what was stored.
      const isSame = known && identifyFile(fstatSync(descriptor, { bigint: true })) === identifyFile(stat);
      const hash = isSame ? known.etag : computeSha256(bytes);
      assertEtag(ifMatch, hash);
      const attributes = isSame ? known : this.#stored.find(path, hash, file);
      return { ...toBlobInfo(key, stat, attributes), size: bytes.length, bytes, sha256: hash };
    });
  }

  async head(key: string): Promise<BlobInfo> {
    return this.#read(key, async (file, path) =>
      toBlobInfo(key, file.stat, await this.#stored.read(file, path)),
    );
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions): Promise<PutResult> {
    const place = this.#derivePlace(key);
    const { contentType, cacheControl, disposition, metadata, signal } = options;
    const kept = structuredClone({ contentType, cacheControl, disposition, metadata });
    // Hashed and written in one step of this thread: the caller may change its bytes as soon as it has this promise.
    const hash = computeSha256(bytes);
    return wrapSystemErrors(`storing ${JSON.stringify(key)}`, async () => {
      const temporary = await this.#data.writeTemporary(bytes);
      try {
        signal?.throwIfAborted();
        const attributes = { etag: etag(hash), storedAt: new Date(), options: kept };
        return await this.#data.place({
          store: this.#placing,
          temporary,
          path: place.path,
          attributes,
          removeReplaced: () => this.#removeReplaced(place),
        });
      } catch (error) {
        discard(temporary);
        throw error;
      }
    });
  }

  async delete(key: string): Promise<DeleteResult> {
    const place = this.#derivePlace(key);
    return wrapSystemErrors(`deleting ${JSON.stringify(key)}`, () =>
      this.#data.lock.runExclusively(() => this.#remove(place)),
    );
  }

  /** One lock a key: nobody waits for a whole batch, and a crash in it leaves whole files only. */
  async deleteAll(keys: readonly string[], { signal }: CallOptions = {}): Promise<void> {
    for (const key of keys) {
      signal?.throwIfAborted();
      await this.delete(key);
    }
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Page<BlobInfo>> {
    const { cursor: after, limit = DEFAULT_PAGE_SIZE, onUnreadable, signal } = options;
    const place = { prefix, after, onUnreadable };
    const listing = { ...place, takesOwnNames: this.#changes !== undefined };
    return wrapSystemErrors(`listing ${JSON.stringify(prefix)}`, async () => {
      const items: BlobInfo[] = [];
      const walk = this.#walks.resume(place) ?? new KeyWalk(listKeys(this.#root, listing));
      for (let key = await walk.take(); key !== undefined; key = await walk.take()) {
        signal?.throwIfAborted();
        const last = items.at(-1);
        if (last !== undefined && items.length >= limit) {
          walk.putBack(key);
          this.#walks.keep({ ...place, after: last.key }, walk);
          return { items, cursor: last.key };
        }
        const info = await this.head(key).catch((error: unknown) => {
          if (hasCode(error, "not-found")) return undefined;
          // The system says so of this file; all that Safelight says is of the whole store.
          if (!onUnreadable || readErrorCode((error as Error).cause) === undefined) throw error;
          onUnreadable({ key });
          return undefined;
        });
        if (info !== undefined) items.push(info);
      }
      return { items };
    });
  }

  #derivePlace(key: string): KeyPlace {
    return derivePlace(key, { takesOwnNames: this.#changes !== undefined });
  }

  /** After a crash before this, they are hidden by the file that was placed, and go with it. */
  #removeReplaced(place: KeyPlace): void {
    this.#hashes.forget(place.path);
    for (const at of listStoredFiles(this.#root, place)) if (at !== place.path) removeEntry(this.#root, at);
  }

  #remove(place: KeyPlace): DeleteResult {
    const { path } = place;
    const files = listStoredFiles(this.#root, place);
    if (files.length === 0) return {};
    const removal = this.#changes?.recordRemoval(path);
    // The one that hides the others is the last to go: a crash in between must not show what was replaced.
    for (const at of files) removeEntry(this.#root, at);
    this.#data.database.runTransaction(() => {
      removal?.confirm();
      this.#attributes.delete(path);
      this.#hashes.forget(path);
    });
    return removal === undefined ? {} : { sequencer: removal.sequencer };
  }

  async #read<T>(key: string, work: (file: StoredFile, path: string) => Promise<T>): Promise<T> {
    const place = this.#derivePlace(key);
    return wrapSystemErrors(`reading ${JSON.stringify(key)}`, async () => {
      for (;;) {
        const file = openStoredFile(this.#root, place);
        if (file === undefined) throw createMissingBlobError();
        try {
          return await work(file, place.path);
        } catch (error) {
          if (!(error instanceof ReplacedWhileReading)) throw error;
        } finally {
          closeSync(file.descriptor);
        }
      }
    });
  }
}

function toBlobInfo(key: string, stat: BigIntStats, { etag, storedAt, options }: BlobAttributes): BlobInfo {
  return { key, size: Number(stat.size), etag, storedAt, ...options, metadata: options.metadata ?? {} };
}

function assertEtag(ifMatch: string | undefined, etag: string): void {
  if (ifMatch !== undefined && ifMatch !== etag) throw createChangedBlobError();
}
