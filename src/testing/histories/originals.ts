import type { Change } from "../../domain/model/change.js";
import type { Blob, BlobInfo, BlobStore, PutOptions } from "../../ports/blob-store.js";
import type { Clock } from "../../ports/clock.js";

/** The parties that a store of originals reports to. */
export interface Listeners {
  readonly clock: Clock;
  readonly report: (change: Change) => void;
  /** Hears of a law that was broken. */
  readonly reportBroken: (law: string) => void;
}

const ENCODER = new TextEncoder();

/** The originals store as users and handlers see it: versioned, dated in whole seconds, and every change of it is told. */
export class Originals implements BlobStore {
  readonly #store: BlobStore;
  readonly #listeners: Listeners;
  readonly #versions = new Map<string, Uint8Array[]>();
  readonly #storedAt = new Map<string, Date>();
  readonly #uploads = new Map<string, number>();
  /** How many uploads of its key there had been when a request was answered. */
  readonly #answered = new Map<Change, number>();
  #changes = 0;

  constructor(store: BlobStore, listeners: Listeners) {
    this.#store = store;
    this.#listeners = listeners;
  }

  /** How many changes there were. */
  get changes(): number {
    return this.#changes;
  }

  async get(key: string, options?: Parameters<BlobStore["get"]>[1]): Promise<Blob> {
    return this.#applyTime(await this.#store.get(key, options));
  }

  async head(key: string): Promise<BlobInfo> {
    return this.#applyTime(await this.#store.head(key));
  }

  /** In pages of one, so that others go on between two of them. */
  async list(prefix: string, options: Parameters<BlobStore["list"]>[1] = {}) {
    const { items, ...rest } = await this.#store.list(prefix, { ...options, limit: 1 });
    return {
      items: items.map((item) => ({ ...item, storedAt: this.#storedAt.get(item.key) ?? item.storedAt })),
      ...rest,
    };
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions) {
    const { etag, sequencer = "" } = await this.#store.put(key, bytes, options);
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), bytes]);
    this.#uploads.set(key, (this.#uploads.get(key) ?? 0) + 1);
    this.#recordTime(key);
    this.#report({ type: "created", key, sequencer, etag });
    return { etag, sequencer };
  }

  async delete(key: string) {
    await this.#delete(key);
    return {};
  }

  async deleteAll(keys: readonly string[]) {
    for (const key of keys) await this.delete(key);
  }

  /** Somebody stores an original. */
  async upload(key: string, content: string): Promise<void> {
    await this.put(key, ENCODER.encode(content), { contentType: "image/png" });
  }

  /** Somebody deletes the current version for good: what was below it comes back, and the store says only "deleted". */
  async deleteVersion(key: string): Promise<void> {
    const versions = this.#versions.get(key) ?? [];
    versions.pop();
    const below = versions.at(-1);
    if (below) this.#recordTime(key);
    const change = below
      ? await this.#store.put(key, below, { contentType: "image/png" })
      : await this.#store.delete(key);
    if (change.sequencer !== undefined) this.#report({ type: "unknown", key, sequencer: change.sequencer });
  }

  /** An earlier version of the key expires: nothing that anybody sees changes, and the store says only "deleted". */
  async expireVersion(key: string): Promise<void> {
    // Storing the bytes that are there is the only way to get another number out of every store; its date stays.
    const bytes = await this.#store.get(key).catch(() => undefined);
    if (!bytes) return;
    const { etag, sequencer } = await this.#store.put(key, bytes.bytes, bytes);
    if (etag !== bytes.etag) return this.#report({ type: "created", key, sequencer: sequencer ?? "", etag });
    if (sequencer !== undefined) this.#report({ type: "unknown", key, sequencer });
  }

  /** Another store takes over with a copy of everything. */
  async move(key: string): Promise<void> {
    const bytes = await this.#store.get(key).catch(() => undefined);
    if (bytes) await this.put(key, bytes.bytes, bytes);
  }

  /** Whoever asked for `change` was answered, or died: it means no upload from now on. */
  recordAnswer(change: Change): void {
    this.#answered.set(change, this.#uploads.get(change.key) ?? 0);
  }

  /** The store as the handler of `change` sees it. */
  createView(change: Change | undefined): BlobStore {
    const remove = async (key: string) => {
      const meant = change && this.#answered.get(change);
      const deleted = await this.#delete(key);
      if (deleted && meant !== undefined && (this.#uploads.get(key) ?? 0) > meant)
        this.#listeners.reportBroken(
          `what was uploaded to ${key} after its removal had been asked for was deleted`,
        );
      return {};
    };
    return {
      get: (key, options) => this.get(key, options),
      head: (key) => this.head(key),
      list: (prefix, options) => this.list(prefix, options),
      put: (key, bytes, options) => this.put(key, bytes, options),
      delete: remove,
      deleteAll: (keys) => this.deleteAll(keys),
    };
  }

  /** Resolves to whether anything was there. On a versioned bucket this only adds a delete marker: the versions stay. */
  async #delete(key: string): Promise<boolean> {
    const { sequencer } = await this.#store.delete(key);
    if (sequencer !== undefined) this.#report({ type: "removed", key, sequencer });
    return sequencer !== undefined;
  }

  #report(change: Change): void {
    this.#changes += 1;
    this.#listeners.report(change);
  }

  /** As S3 dates what it stores: in whole seconds. */
  #recordTime(key: string): void {
    const now = this.#listeners.clock().getTime();
    this.#storedAt.set(key, new Date(Math.floor(now / 1_000) * 1_000));
  }

  #applyTime<Info extends BlobInfo>(info: Info): Info {
    return { ...info, storedAt: this.#storedAt.get(info.key) ?? info.storedAt };
  }
}
