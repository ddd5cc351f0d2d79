import { hasCode, SafelightError } from "../../../src/domain/model/errors.js";
import { etag } from "../../../src/domain/model/etag.js";
import type { Blob, BlobInfo, BlobStore } from "../../../src/ports/blob-store.js";
import type { BlobStoreHarness } from "../../../src/ports/contracts/index.js";
import { type Liar, rejectAll, replaceMethods, waitForTick } from "./liar.js";

/** The blob of a store that makes one up for a key without one. */
export const NOTHING: Blob = {
  key: "",
  size: 0,
  etag: etag(""),
  contentType: "application/octet-stream",
  storedAt: new Date(0),
  metadata: {},
  bytes: new Uint8Array(0),
};

/** A liar that spoils only the store itself. */
export function storeLiar(
  law: string,
  lie: string,
  spoil: (honest: BlobStore) => Partial<BlobStore>,
): Liar<BlobStoreHarness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, store: replaceMethods(honest.store, spoil(honest.store)) }),
  };
}

const liar = storeLiar;

/** Broken blob stores: what `get` and `head`, and every method, can get wrong. */
export const blobStoreLiars: readonly Liar<BlobStoreHarness>[] = [
  liar(
    "a key is any non-empty well-formed text of at most 1,024 bytes of UTF-8",
    "takes the last segment of a key for a file name, and refuses a long one",
    (honest) => ({
      put: async (key, bytes, options) => {
        if (key.split("/").some((segment) => segment.length > 255)) {
          throw new SafelightError("invalid-input", "the key is too long");
        }
        return honest.put(key, bytes, options);
      },
    }),
  ),
  liar(
    "a key comes back exactly as it was given: not normalized, not cleaned, not a path",
    "normalizes Unicode on the way out",
    (honest) => ({
      head: async (key) => {
        const info = await honest.head(key);
        return { ...info, key: info.key.normalize() };
      },
    }),
  ),
  {
    law: "every method throws unavailable when the store cannot be reached",
    lie: "takes a lost connection for a missing blob",
    build: (honest) => ({
      ...honest,
      openUnreachable: async () => rejectAll(honest.store, createNotFound()),
    }),
  },
  {
    law: "every method throws unavailable when the store refuses its own caller",
    lie: "blames the user for its own missing permission",
    build: (honest) => {
      const error = new SafelightError("forbidden", "the permission is missing");
      return { ...honest, openRefusing: async () => rejectAll(honest.store, error) };
    },
  },
  liar(
    "other keys are untouched by a delete",
    "takes a key for a folder and deletes what is in it",
    (honest) => ({
      delete: async (key) => {
        for (const { key: inside } of (await honest.list(`${key}/`)).items) await honest.delete(inside);
        return honest.delete(key);
      },
    }),
  ),
  liar(
    "get resolves to the blob as one put left it: its bytes and everything that was said about it",
    "forgets the disposition",
    (honest) => ({
      get: async (key, options) => {
        const { disposition: _, ...blob } = await honest.get(key, options);
        return blob;
      },
    }),
  ),
  liar(
    "bytes and info are of the same moment, never half of one put and half of another",
    "reads the info first and the bytes a little later",
    (honest) => ({
      get: async (key, options) => {
        const info = await honest.head(key);
        await waitForTick();
        return { ...info, bytes: (await honest.get(key, options)).bytes };
      },
    }),
  ),
  liar(
    "get throws not-found if the key holds nothing",
    "takes a missing blob for an empty one",
    (honest) => ({
      get: (key, options) => honest.get(key, options).catch(answerInstead(NOTHING)),
    }),
  ),
  liar(
    "get throws conflict if ifMatch is given and is not the etag of what is there",
    "ignores ifMatch",
    (honest) => ({
      get: (key, { ifMatch: _, ...options } = {}) => honest.get(key, options),
    }),
  ),
  liar(
    "get throws too-large if the blob has more than maxBytes bytes",
    "cuts the blob off at maxBytes",
    (honest) => ({
      get: async (key, { maxBytes, ...options } = {}) => {
        const blob = await honest.get(key, options);
        return { ...blob, bytes: blob.bytes.slice(0, maxBytes) };
      },
    }),
  ),
  liar(
    "a store that says the SHA-256 of a blob says that of its bytes",
    "says that of the first bytes that it had",
    (honest) => {
      let first: string | undefined;
      return {
        get: async (key, options) => {
          const blob = await honest.get(key, options);
          first ??= blob.sha256;
          return { ...blob, ...(first !== undefined && { sha256: first }) };
        },
      };
    },
  ),
  liar("the bytes that get gives belong to the caller", "gives every reader the same bytes", (honest) => {
    const cache = new Map<string, Blob>();
    return {
      get: async (key, options) => {
        const blob = await honest.get(key, options);
        const kept = cache.get(key + blob.etag) ?? blob;
        cache.set(key + blob.etag, kept);
        return { ...blob, bytes: kept.bytes };
      },
    };
  }),
  liar(
    "head resolves to what get would say, without the bytes",
    "leaves the metadata out of head",
    (honest) => ({
      head: async (key) => ({ ...(await honest.head(key)), metadata: {} }),
    }),
  ),
  liar(
    "head throws not-found if the key holds nothing",
    "tells of a missing blob that it is empty",
    (honest) => ({
      head: (key) => honest.head(key).catch(answerInstead<BlobInfo>(NOTHING)),
    }),
  ),
];

function createNotFound(): SafelightError {
  return new SafelightError("not-found", "there is no such blob");
}

/** Answers a missing blob with this; any other failure stays one. */
export function answerInstead<Answer>(answer: Answer): (error: unknown) => Answer {
  return (error) => {
    if (hasCode(error, "not-found")) return answer;
    throw error;
  };
}
