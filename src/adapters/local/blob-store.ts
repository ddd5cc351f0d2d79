import { type BigIntStats, closeSync, fstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../../domain/model/digest.js";
import { hasCode } from "../../domain/model/errors.js";
import { etag } from "../../domain/model/etag.js";
import type { Page } from "../../domain/model/page.js";
import type {
  Blob,
  BlobInfo,
  BlobStore,
  DeleteResult,
  PutOptions,
  PutResult,
} from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import { changedBlob, missingBlob, oversizedBlob } from "../../ports/checked/index.js";
import { AttributeTable, type BlobAttributes, markOf } from "./blob-attributes.js";
import { keysBelow } from "./blob-listing.js";
import type { ChangeLog } from "./change-log.js";
import type { DataDirectory } from "./data-directory.js";
import { translated } from "./faults.js";
import { hashOf, readWhole } from "./file-content.js";
import { discard, holdsRegular, type OpenFile, openRegular, placeFile, removeEntry } from "./file-tree.js";
import { pathOfKey } from "./path-of-key.js";

/** Most items of a page when the caller does not say. */
const PAGE_SIZE = 1_000;

/**
 * Blobs as files below `DIR/<store>`, their attributes in the database. A file is written elsewhere and moved into
 * place, so it is always whole; the moving happens under the lock of the directory, in one step of this thread.
 * With `changes` it is a store of originals: it numbers its changes and writes each down before it happens.
 */
export class LocalBlobStore implements BlobStore {
  readonly #data: DataDirectory;
  readonly #root: string;
  readonly #attributes: AttributeTable;
  readonly #changes: ChangeLog | undefined;

  constructor(options: { data: DataDirectory; store: "originals" | "renditions"; changes?: ChangeLog }) {
    this.#data = options.data;
    this.#root = join(options.data.dir, options.store);
    this.#attributes = new AttributeTable(options.data.database, options.store);
    this.#changes = options.changes;
  }

  async get(
    key: string,
    { ifMatch, maxBytes = Number.POSITIVE_INFINITY }: { ifMatch?: string; maxBytes?: number } = {},
  ): Promise<Blob> {
    return this.#reading(key, async ({ descriptor, stat }, path) => {
      // Which etag is there counts before how large it is: a change that has been overtaken is not at fault.
      if (stat.size > maxBytes) {
        const { etag } = await this.#attributesOf({ descriptor, stat }, path);
        insistOnMatch(ifMatch, etag);
        throw oversizedBlob(maxBytes, Number(stat.size));
      }
      const known = this.#attributes.ofFile(path, markOf(stat));
      const bytes = await readWhole(descriptor, Number(stat.size));
      // A file that is as it was when it was stored, before and after, holds what was stored.
      const isSame = known && markOf(fstatSync(descriptor, { bigint: true })) === markOf(stat);
      const hash = isSame ? known.etag : sha256Hex(bytes);
      insistOnMatch(ifMatch, hash);
      const attributes = isSame ? known : this.#attributesOfContent(path, hash, stat);
      return { ...infoOf(key, stat, attributes), size: bytes.length, bytes, sha256: hash };
    });
  }

  async head(key: string): Promise<BlobInfo> {
    return this.#reading(key, async (file, path) =>
      infoOf(key, file.stat, await this.#attributesOf(file, path)),
    );
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions): Promise<PutResult> {
    const path = pathOfKey(key);
    const { contentType, cacheControl, disposition, metadata, signal } = options;
    const said = structuredClone({ contentType, cacheControl, disposition, metadata });
    // Hashed and written in one step of this thread: the caller may change its bytes as soon as it has this promise.
    const hash = sha256Hex(bytes);
    return translated(`storing ${JSON.stringify(key)}`, async () => {
      const temporary = await this.#data.writeTemporary(bytes);
      try {
        signal?.throwIfAborted();
        return await this.#data.lock.exclusively(() =>
          this.#place(temporary, path, { etag: etag(hash), storedAt: new Date(), said }),
        );
      } catch (error) {
        discard(temporary);
        throw error;
      }
    });
  }

  async delete(key: string): Promise<DeleteResult> {
    const path = pathOfKey(key);
    return translated(`deleting ${JSON.stringify(key)}`, () =>
      this.#data.lock.exclusively(() => this.#remove(path)),
    );
  }

  /** One lock a key: nobody waits for a whole batch, and a crash in it leaves whole files only. */
  async deleteAll(keys: readonly string[], { signal }: CallOptions = {}): Promise<void> {
    for (const key of keys) {
      signal?.throwIfAborted();
      await this.delete(key);
    }
  }

  async list(
    prefix: string,
    options: CallOptions & { cursor?: string; limit?: number } = {},
  ): Promise<Page<BlobInfo>> {
    const { cursor: after, limit = PAGE_SIZE, signal } = options;
    return translated(`listing ${JSON.stringify(prefix)}`, async () => {
      const items: BlobInfo[] = [];
      for await (const key of keysBelow(this.#root, prefix, after)) {
        signal?.throwIfAborted();
        const last = items.at(-1);
        if (last !== undefined && items.length >= limit) return { items, cursor: last.key };
        const info = await this.head(key).catch((error: unknown) => {
          if (hasCode(error, "not-found")) return undefined;
          throw error;
        });
        if (info !== undefined) items.push(info);
      }
      return { items };
    });
  }

  #place(temporary: string, path: string, attributes: BlobAttributes): PutResult {
    const { etag } = attributes;
    // Written down before it happens: a crash in between leaves a row of content that was never there, which every
    // reader passes over, while a file without its row would be an upload that nobody settles.
    const sequencer = this.#data.database.transaction(() => {
      this.#attributes.save(path, markOf(statSync(temporary, { bigint: true })), attributes);
      return this.#changes?.created(path, etag);
    });
    placeFile(temporary, this.#root, path);
    this.#attributes.forget(path, etag);
    return sequencer === undefined ? { etag } : { etag, sequencer };
  }

  #remove(path: string): DeleteResult {
    if (!holdsRegular(this.#root, path)) return {};
    const removal = this.#changes?.removing(path);
    removeEntry(this.#root, path);
    this.#data.database.transaction(() => {
      removal?.happened();
      this.#attributes.forget(path);
    });
    return removal === undefined ? {} : { sequencer: removal.sequencer };
  }

  async #reading<T>(key: string, work: (file: OpenFile, path: string) => Promise<T>): Promise<T> {
    const path = pathOfKey(key);
    return translated(`reading ${JSON.stringify(key)}`, async () => {
      for (;;) {
        const file = openRegular(this.#root, path);
        if (file === undefined) throw missingBlob();
        try {
          return await work(file, path);
        } catch (error) {
          if (!(error instanceof Overtaken)) throw error;
        } finally {
          closeSync(file.descriptor);
        }
      }
    });
  }

  async #attributesOf({ descriptor, stat }: OpenFile, path: string): Promise<BlobAttributes> {
    const known = this.#attributes.ofFile(path, markOf(stat));
    if (known !== undefined) return known;
    return this.#attributesOfContent(path, await hashOf(descriptor), stat);
  }

  /** The attributes of bytes that were read; throws {@link Overtaken} when they may have been dropped meanwhile. */
  #attributesOfContent(path: string, hash: string, stat: BigIntStats): BlobAttributes {
    const mark = markOf(stat);
    const known = this.#attributes.ofContent(path, hash);
    if (known === undefined) {
      const there = statSync(join(this.#root, path), { bigint: true, throwIfNoEntry: false });
      if (there === undefined || markOf(there) !== mark) throw new Overtaken();
      // Somebody laid the file here by hand: what is unknown about it is said as little as possible.
      return { etag: etag(hash), storedAt: stat.mtime, said: { contentType: "application/octet-stream" } };
    }
    // A copied data directory has new files: without this, each look would read them whole again.
    if (this.#attributes.ofFile(path, mark) === undefined) this.#attributes.recognise(path, hash, mark);
    return known;
  }
}

/** The file was replaced or removed while it was being read, and its attributes with it. */
class Overtaken extends Error {}

function infoOf(key: string, stat: BigIntStats, { etag, storedAt, said }: BlobAttributes): BlobInfo {
  return { key, size: Number(stat.size), etag, storedAt, ...said, metadata: said.metadata ?? {} };
}

function insistOnMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch !== undefined && ifMatch !== etag) throw changedBlob();
}
