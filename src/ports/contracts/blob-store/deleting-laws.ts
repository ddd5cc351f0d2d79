import type { BlobStore } from "../../blob-store.js";
import { AWKWARD_KEYS } from "../awkward-keys.js";
import { assertSame, iterateItems, toBytes } from "../expectations.js";
import type { BlobStoreLaw } from "./harness.js";

/** The laws of a blob store about `deleteAll`. */
export const DELETING_LAWS: readonly BlobStoreLaw[] = [
  {
    name: "deleteAll removes the blobs under all keys, whatever they are made of",
    check: async ({ store }) => {
      await fill(store, AWKWARD_KEYS);
      await store.deleteAll(AWKWARD_KEYS);
      assertSame(await listKeys(store), [], "the keys that are left");
    },
  },
  {
    name: "deleteAll takes any number of keys in any order",
    check: async ({ store }) => {
      const many = Array.from({ length: 2_500 }, (_, index) => `k${index}`).reverse();
      // Services take a thousand at a time: the ends of each thousand, from either side, are where one gets lost.
      await fill(store, ["k0", "k499", "k500", "k999", "k1000", "k1499", "k1500", "k1999", "k2499", "stays"]);
      await store.deleteAll(many);
      assertSame(await listKeys(store), ["stays"], "the keys that are left");
    },
  },
  {
    name: "deleteAll takes keys that hold nothing or come twice for success, so it can be repeated",
    check: async ({ store }) => {
      await store.deleteAll([]);
      await store.deleteAll(["never", "never"]);
      await fill(store, ["a", "b", "c"]);
      await store.delete("b");
      await store.deleteAll(["a", "b", "a"]);
      await Promise.all([store.deleteAll(["a", "b", "c"]), store.deleteAll(["c", "b", "a"])]);
      assertSame(await listKeys(store), [], "the keys that are left");
    },
  },
  {
    name: "deleteAll leaves other keys untouched",
    check: async ({ store }) => {
      const neighbors = ["a", "a/", "a/b", "a/b/c", "A", "ab", "a ", "a%", "a*", "/a", "aa"];
      for (const gone of neighbors) {
        await fill(store, neighbors);
        await store.deleteAll([gone, "a/b/c"]);
        const expected = neighbors.filter((key) => key !== gone && key !== "a/b/c");
        assertSame(
          [...(await listKeys(store))].sort(),
          [...expected].sort(),
          `the keys without ${gone} and a/b/c`,
        );
      }
    },
  },
];

async function fill(store: BlobStore, keys: readonly string[]): Promise<void> {
  for (const key of keys) await store.put(key, toBytes("x"), { contentType: "text/plain" });
}

async function listKeys(store: BlobStore): Promise<readonly string[]> {
  const items = await iterateItems((cursor) => store.list("", cursor === undefined ? {} : { cursor }));
  return items.map(({ key }) => key);
}
