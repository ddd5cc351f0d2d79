import { invalidInput } from "../../domain/model/errors.js";
import { etag } from "../../domain/model/etag.js";
import { checkKeyPrefix, originalKey } from "../../domain/model/original-key.js";
import type { BlobStore } from "../blob-store.js";
import { checkContentType, checkLimit, checkMetadata, checkPrintable } from "./arguments.js";
import { readPage } from "./cursors.js";
import { defineGuard } from "./define-guard.js";

/** A blob store behind the checks of its port: keys, prefixes, cursors, limits, attributes. See {@link defineGuard}. */
export const guardBlobStore = defineGuard<BlobStore>(
  {
    get: (key, { ifMatch, maxBytes } = {}) => {
      originalKey(key);
      if (ifMatch !== undefined) etag(ifMatch);
      checkMaxBytes(maxBytes);
    },

    put: (key, bytes, options) => {
      originalKey(key);
      if (!(bytes instanceof Uint8Array)) throw invalidInput("bytes", "the blob", typeof bytes);
      checkContentType(options.contentType);
      checkPrintable("cacheControl", options.cacheControl);
      checkPrintable("disposition", options.disposition);
      checkMetadata(options.metadata);
    },

    head: originalKey,
    delete: originalKey,
    deleteAll: (keys) => keys.forEach(originalKey),

    list: (prefix, { limit } = {}) => {
      checkKeyPrefix(prefix);
      if (limit !== undefined) checkLimit(limit);
    },
  },
  (store) => ({
    list: (prefix, { cursor, ...options } = {}) =>
      readPage(["blobs", prefix], cursor, (position) => store.list(prefix, { ...options, ...position })),
  }),
);

function checkMaxBytes(maxBytes = Number.POSITIVE_INFINITY): void {
  if (maxBytes === Number.POSITIVE_INFINITY) return;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0)
    throw invalidInput("a whole number of bytes", "maxBytes", maxBytes);
}
