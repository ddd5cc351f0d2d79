import { memory } from "../../../src/adapters/memory/index.js";
import { etag } from "../../../src/domain/model/etag.js";
import type { BlobInfo, BlobStore } from "../../../src/ports/blob-store.js";
import type { BlobStoreHarness } from "../../../src/ports/contracts/index.js";
import { answerInstead, storeLiar as liar, NOTHING } from "./blob-store.js";
import { type Liar, waitForTick } from "./liar.js";

/** Broken blob stores: what `put` and `delete` can get wrong. */
export const blobStoreWritingLiars: readonly Liar<BlobStoreHarness>[] = [
  liar("put replaces what was there, info included", "keeps the old metadata beside the new", (honest) => ({
    put: async (key, bytes, options) => {
      const old = await honest.head(key).catch(answerInstead<BlobInfo>(NOTHING));
      return honest.put(key, bytes, { ...options, metadata: { ...old.metadata, ...options.metadata } });
    },
  })),
  liar(
    "put is atomic: a reader sees the old blob or the new one",
    "deletes the old blob before it writes",
    (honest) => ({
      put: async (key, bytes, options) => {
        await honest.delete(key);
        await waitForTick();
        return honest.put(key, bytes, options);
      },
    }),
  ),
  liar(
    "after a crash in the middle of a put the old blob or the new one is there whole",
    "writes in place, and hides it from its own readers only",
    (honest) => {
      let writing: Promise<unknown> = Promise.resolve();
      const write: BlobStore["put"] = async (key, bytes, options) => {
        await honest.put(key, bytes.slice(0, bytes.length / 2), options);
        await waitForTick();
        return honest.put(key, bytes, options);
      };
      return {
        put: (key, bytes, options) => {
          const written = write(key, bytes, options);
          writing = written;
          return written;
        },
        get: (key, options) => writing.then(() => honest.get(key, options)),
      };
    },
  ),
  liar(
    "a put is durable once it resolves",
    "keeps what it is given in a cache, and writes it some other day",
    () => {
      const cache = memory().renditions;
      return {
        get: (key, options) => cache.get(key, options),
        put: (key, bytes, options) => cache.put(key, bytes, options),
        head: (key) => cache.head(key),
        delete: (key) => cache.delete(key),
      };
    },
  ),
  liar(
    "the etag that put answers is what get, head and list tell until the next write",
    "answers an etag of its own",
    (honest) => {
      let puts = 0;
      return {
        put: async (key, bytes, options) => {
          puts += 1;
          return { etag: etag(`${(await honest.put(key, bytes, options)).etag}-${puts}`) };
        },
      };
    },
  ),
  liar("other bytes have another etag", "makes the etag of the size", (honest) => ({
    put: async (key, bytes, options) => {
      await honest.put(key, bytes, options);
      return { etag: etag(String(bytes.length)) };
    },
  })),
  liar(
    "the bytes given to put stay the caller's: changing them later changes nothing here",
    "keeps the caller's bytes instead of a copy",
    (honest) => {
      const given = new Map<string, Uint8Array>();
      return {
        put: async (key, bytes, options) => {
          given.set(key, bytes);
          return honest.put(key, bytes, options);
        },
        get: async (key, options) => {
          const blob = await honest.get(key, options);
          return { ...blob, bytes: given.get(key)?.slice() ?? blob.bytes };
        },
      };
    },
  ),
  liar("delete removes the blob", "only says that it deletes", () => ({ delete: async () => ({}) })),
  liar(
    "deleting a key that holds nothing is success, so it can be repeated",
    "insists that there is something to delete",
    (honest) => ({
      delete: async (key) => {
        await honest.head(key);
        return honest.delete(key);
      },
    }),
  ),
];
