import type { BlobStoreHarness } from "../../../src/ports/contracts/index.js";
import { storeLiar as liar } from "./blob-store.js";
import type { Liar } from "./liar.js";

/** Broken blob stores: what `deleteAll` can get wrong. */
export const blobStoreDeletingLiars: readonly Liar<BlobStoreHarness>[] = [
  liar(
    "deleteAll removes the blobs under all keys, whatever they are made of",
    "passes over keys that its service cannot be told in XML",
    (honest) => ({
      deleteAll: (keys, options) =>
        honest.deleteAll(
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML has no way to write.
          keys.filter((key) => !/[\u0000-\u0008]/.test(key)),
          options,
        ),
    }),
  ),
  liar(
    "deleteAll takes any number of keys in any order",
    "sends the first thousand, which is all that its service takes",
    (honest) => ({
      deleteAll: (keys, options) => honest.deleteAll(keys.slice(0, 1_000), options),
    }),
  ),
  liar(
    "deleteAll takes keys that hold nothing or come twice for success, so it can be repeated",
    "insists that there is something to delete",
    (honest) => ({
      deleteAll: async (keys, options) => {
        for (const key of keys) await honest.head(key);
        return honest.deleteAll(keys, options);
      },
    }),
  ),
  liar("deleteAll leaves other keys untouched", "deletes by prefix, which is one call less", (honest) => ({
    deleteAll: async (keys, options) => {
      for (const key of keys)
        await honest.deleteAll(
          (await honest.list(key)).items.map((item) => item.key),
          options,
        );
      return honest.deleteAll(keys, options);
    },
  })),
];
