import { invalidInput } from "../../domain/model/errors.js";
import { etag } from "../../domain/model/etag.js";
import { checkKeyPrefix, originalKey } from "../../domain/model/original-key.js";
import type { BlobStore } from "../blob-store.js";
import { checkContentType, checkLimit, checkMetadata, checkPrintable } from "./arguments.js";
import { checkedBy } from "./checked-by.js";
import { readPage } from "./cursors.js";

/**
 * A blob store behind the checks of its port: keys, prefixes, cursors, numbers and all that is said about a blob are
 * right, and the call is not aborted yet, when the store is asked. A store that has them already is given back as it is.
 */
export const checkedBlobStore = checkedBy<BlobStore>((store) => ({
  get: async (key, options = {}) => {
    originalKey(key);
    if (options.ifMatch !== undefined) etag(options.ifMatch);
    checkMaxBytes(options.maxBytes);
    options.signal?.throwIfAborted();
    return store.get(key, options);
  },

  put: async (key, bytes, options) => {
    originalKey(key);
    if (!(bytes instanceof Uint8Array)) throw invalidInput("bytes", "the blob", typeof bytes);
    checkContentType(options.contentType);
    checkPrintable("cacheControl", options.cacheControl);
    checkPrintable("disposition", options.disposition);
    checkMetadata(options.metadata);
    options.signal?.throwIfAborted();
    return store.put(key, bytes, options);
  },

  head: async (key, options = {}) => {
    originalKey(key);
    options.signal?.throwIfAborted();
    return store.head(key, options);
  },

  delete: async (key, options = {}) => {
    originalKey(key);
    options.signal?.throwIfAborted();
    return store.delete(key, options);
  },

  deleteAll: async (keys, options = {}) => {
    for (const key of keys) originalKey(key);
    options.signal?.throwIfAborted();
    return store.deleteAll(keys, options);
  },

  list: async (prefix, { cursor, ...options } = {}) => {
    checkKeyPrefix(prefix);
    if (options.limit !== undefined) checkLimit(options.limit);
    return readPage(["blobs", prefix], cursor, (position) => {
      options.signal?.throwIfAborted();
      return store.list(prefix, { ...options, ...(position !== undefined && { cursor: position }) });
    });
  },
}));

function checkMaxBytes(maxBytes = Number.POSITIVE_INFINITY): void {
  if (maxBytes === Number.POSITIVE_INFINITY) return;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0)
    throw invalidInput("a whole number of bytes", "maxBytes", maxBytes);
}
