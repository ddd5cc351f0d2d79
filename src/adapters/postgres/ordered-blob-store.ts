import { hasCode, SafelightError } from "../../domain/model/errors.js";
import type { Page } from "../../domain/model/page.js";
import type {
  Blob,
  BlobInfo,
  BlobStore,
  DeleteResult,
  ListedBlob,
  PutOptions,
  PutResult,
} from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { Looks } from "./looks.js";

/** Seconds by default until the write of somebody who died is taken for over. */
export const LONGEST_WRITE = 300;

/** The part of that time after which a write is given up by its writer; the rest is for what is still under way then. */
const OWN_SHARE = 0.8;

/**
 * A store of originals whose changes are numbered by the database alone, whatever the store itself numbers or tells. A
 * write is three steps: a hidden look, the write, and then the look gets its number and is shown. A writer that dies
 * in between leaves a hidden look, which is found when it is older than the longest write.
 */
export class OrderedBlobStore implements BlobStore {
  readonly #store: BlobStore;
  readonly #looks: Looks;
  readonly #longestWrite: number;

  /** `longestWrite` in seconds. */
  constructor({
    store,
    looks,
    longestWrite = LONGEST_WRITE,
  }: {
    readonly store: BlobStore;
    readonly looks: Looks;
    readonly longestWrite?: number;
  }) {
    this.#store = store;
    this.#looks = looks;
    this.#longestWrite = longestWrite;
  }

  get(key: string, options?: Parameters<BlobStore["get"]>[1]): Promise<Blob> {
    return this.#store.get(key, options);
  }

  head(key: string, options?: CallOptions): Promise<BlobInfo> {
    return this.#store.head(key, options);
  }

  list(prefix: string, options?: Parameters<BlobStore["list"]>[1]): Promise<Page<ListedBlob>> {
    return this.#store.list(prefix, options);
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions): Promise<PutResult> {
    const look = await this.#open(key, options);
    const { etag } = await this.#write(options, (signal) =>
      this.#store.put(key, bytes, { ...options, signal }),
    );
    return { etag, sequencer: await this.#looks.show(look, key) };
  }

  async delete(key: string, options: CallOptions = {}): Promise<DeleteResult> {
    if (!(await this.#isThere(key, options))) return {};
    const look = await this.#open(key, options);
    await this.#write(options, (signal) => this.#store.delete(key, { signal }));
    return { sequencer: await this.#looks.show(look, key) };
  }

  async deleteAll(keys: readonly string[], options: CallOptions = {}): Promise<void> {
    for (const key of new Set(keys)) await this.delete(key, options);
  }

  #open(key: string, { signal }: CallOptions): Promise<string> {
    return this.#looks.open(key, { for: "a write", seconds: this.#longestWrite }, { signal });
  }

  async #isThere(key: string, { signal }: CallOptions): Promise<boolean> {
    try {
      await this.#store.head(key, { signal });
      return true;
    } catch (error) {
      if (hasCode(error, "not-found")) return false;
      throw error;
    }
  }

  /**
   * Gives a write up before others take it for over. One that failed may have happened all the same, or may still: its look
   * stays hidden until that is certain.
   */
  async #write<Result>(
    { signal }: CallOptions,
    write: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), this.#longestWrite * OWN_SHARE * 1_000);
    try {
      return await write(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
    } catch (error) {
      if (!limit.signal.aborted || signal?.aborted) throw error;
      const message = `the store of originals took longer than ${this.#longestWrite * OWN_SHARE} seconds for one write, which may have happened; try again`;
      throw new SafelightError("unavailable", message, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
