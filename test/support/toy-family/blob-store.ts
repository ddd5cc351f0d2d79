import {
  type Blob,
  type BlobInfo,
  type BlobStore,
  createChangedBlobError,
  createMissingBlobError,
  createOversizedBlobError,
  type Page,
  type PutOptions,
  type PutResult,
} from "../../../src/index.js";
import type { ToyConnection } from "./connection.js";
import type { ToyBucket, ToyObject } from "./service.js";

/** Blobs in a bucket of the toy service. Its notifications number the changes: the answers to `put` and `delete` do not. */
export class ToyBlobStore implements BlobStore {
  readonly #connection: ToyConnection;
  readonly #bucket: ToyBucket;

  constructor(connection: ToyConnection, bucket: ToyBucket) {
    this.#connection = connection;
    this.#bucket = bucket;
  }

  async get(key: string, options: { ifMatch?: string; maxBytes?: number } = {}): Promise<Blob> {
    const { ifMatch, maxBytes = Number.POSITIVE_INFINITY } = options;
    const object = await this.#getObject("get", key);
    if (ifMatch !== undefined && ifMatch !== object.etag) throw createChangedBlobError();
    if (object.bytes.length > maxBytes) throw createOversizedBlobError(maxBytes, object.bytes.length);
    return { ...toInfo(key, object), bytes: object.bytes.slice() };
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions): Promise<PutResult> {
    const { contentType, cacheControl, disposition, metadata = {} } = options;
    const said = JSON.stringify({ contentType, cacheControl, disposition, metadata });
    const own = Uint8Array.from(bytes);
    const etag = await this.#connection.request("put", (service) =>
      service.putObject(this.#bucket, key, own, said),
    );
    return { etag };
  }

  async head(key: string): Promise<BlobInfo> {
    return toInfo(key, await this.#getObject("head", key));
  }

  async delete(key: string): Promise<Record<string, never>> {
    await this.#connection.request("delete", (service) => service.deleteObject(this.#bucket, key));
    return {};
  }

  async deleteAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.delete(key);
  }

  async list(prefix: string, options: { cursor?: string; limit?: number } = {}): Promise<Page<BlobInfo>> {
    const { cursor, limit = 100 } = options;
    const found = await this.#connection.request("list", (service) =>
      service.listObjects(this.#bucket, prefix, cursor).slice(0, limit + 1),
    );
    const items = found.slice(0, limit).map(([key, object]) => toInfo(key, object));
    const last = items.at(-1);
    return last && found.length > limit ? { items, cursor: last.key } : { items };
  }

  async #getObject(what: string, key: string): Promise<ToyObject> {
    const object = await this.#connection.request(what, (service) => service.getObject(this.#bucket, key));
    if (!object) throw createMissingBlobError();
    return object;
  }
}

function toInfo(key: string, { bytes, etag, storedAt, said }: ToyObject): BlobInfo {
  return { key, size: bytes.length, etag, storedAt: new Date(storedAt), metadata: {}, ...JSON.parse(said) };
}
