import { randomBytes } from "node:crypto";
import type { BlobInfo, BlobStore, ListedBlob } from "../../../src/ports/blob-store.js";

const SALT = 16;

/**
 * The same store, but each write has an etag of its own, as in Azure, in Google Cloud Storage and under KMS: a few random
 * bytes are stored behind the others. They are in the file, so that the next process sees the same etag.
 */
export function saltStore(store: BlobStore): BlobStore {
  return {
    get: async (key, { maxBytes, ...options } = {}) => {
      const most = maxBytes === undefined ? {} : { maxBytes: maxBytes + SALT };
      const { bytes, sha256: _, ...info } = await store.get(key, { ...options, ...most });
      return { ...unsalt(info), bytes: bytes.subarray(0, bytes.length - SALT) };
    },
    put: (key, bytes, options) => store.put(key, Buffer.concat([bytes, randomBytes(SALT)]), options),
    head: async (key, options) => unsalt(await store.head(key, options)),
    delete: (key, options) => store.delete(key, options),
    deleteAll: (keys, options) => store.deleteAll(keys, options),
    list: async (prefix, options) => {
      const page = await store.list(prefix, options);
      return { ...page, items: page.items.map(unsalt) };
    },
  };
}

function unsalt<Info extends BlobInfo | ListedBlob>(info: Info): Info {
  return { ...info, size: info.size - SALT };
}
