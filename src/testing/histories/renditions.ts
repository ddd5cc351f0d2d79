import { computeSha256 } from "../../domain/model/digest.js";
import type { ImageId } from "../../domain/model/image-id.js";
import { iterateItems } from "../../domain/model/page.js";
import { toImagePrefix } from "../../domain/model/storage-layout.js";
import type { Blob, BlobInfo, BlobStore, PutOptions } from "../../ports/blob-store.js";
import type { Listeners } from "./originals.js";

/** The renditions store: listed in pages of two, and held to the law that a key never has two contents. */
export class Renditions implements BlobStore {
  readonly #store: BlobStore;
  readonly #listeners: Pick<Listeners, "clock" | "reportBroken">;
  readonly #contents = new Map<string, string>();
  readonly #storedAt = new Map<string, Date>();
  /** Keys whose files the store has lost by itself. */
  readonly damaged = new Set<string>();

  constructor(store: BlobStore, listeners: Pick<Listeners, "clock" | "reportBroken">) {
    this.#store = store;
    this.#listeners = listeners;
  }

  get(key: string, options?: Parameters<BlobStore["get"]>[1]): Promise<Blob> {
    return this.#store.get(key, options);
  }

  async head(key: string): Promise<BlobInfo> {
    const info = await this.#store.head(key);
    return { ...info, storedAt: this.#storedAt.get(key) ?? info.storedAt };
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions) {
    const content = computeSha256(bytes);
    const before = this.#contents.get(key);
    if (before !== undefined && before !== content)
      this.#listeners.reportBroken(`${key} is cached for ever, and got other bytes`);
    this.#contents.set(key, content);
    this.#storedAt.set(key, this.#listeners.clock());
    return this.#store.put(key, bytes, options);
  }

  delete(key: string) {
    return this.#store.delete(key);
  }

  deleteAll(keys: readonly string[]) {
    return this.#store.deleteAll(keys);
  }

  async list(prefix: string, options: Parameters<BlobStore["list"]>[1] = {}) {
    const { items, ...rest } = await this.#store.list(prefix, { ...options, limit: 2 });
    return {
      items: items.map((item) => ({ ...item, storedAt: this.#storedAt.get(item.key) ?? item.storedAt })),
      ...rest,
    };
  }

  /** Everything that is there of these images. */
  async listKeys(images: readonly ImageId[]): Promise<Set<string>> {
    const prefixes = images.map(toImagePrefix);
    // Several are listed in one: a store is asked for this after every other step.
    const [prefix = ""] = prefixes.length === 1 ? prefixes : [];
    const there = new Set<string>();
    for await (const { key } of iterateItems((cursor) => this.#store.list(prefix, { cursor })))
      if (prefixes.some((one) => key.startsWith(one))) there.add(key);
    return there;
  }

  /** The store loses a file and says nothing. */
  async loseFile(key: string): Promise<void> {
    this.damaged.add(key);
    await this.#store.delete(key);
  }
}
