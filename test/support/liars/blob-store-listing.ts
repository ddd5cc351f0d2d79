import { SafelightError } from "../../../src/domain/model/errors.js";
import { etag } from "../../../src/domain/model/etag.js";
import type { BlobStore, ListedBlob } from "../../../src/ports/blob-store.js";
import type { BlobStoreHarness } from "../../../src/ports/contracts/index.js";
import { type Liar, replaceMethods } from "./liar.js";

type List = BlobStore["list"];

/** A liar that spoils only the listing. */
function createListingLiar(law: string, lie: string, spoil: (honest: List) => List): Liar<BlobStoreHarness> {
  return {
    law,
    lie,
    build: (honest) => {
      const list = spoil((prefix, options) => honest.store.list(prefix, options));
      return { ...honest, store: replaceMethods(honest.store, { list }) };
    },
  };
}

/** A liar that changes the items of each page. */
function createEditor(
  law: string,
  lie: string,
  edit: (items: readonly ListedBlob[], prefix: string) => readonly ListedBlob[],
) {
  return createListingLiar(law, lie, (list) => async (prefix, options) => {
    const page = await list(prefix, options);
    return { ...page, items: edit(page.items, prefix) };
  });
}

/** Broken blob stores: what `list` can get wrong, and what only a whole history shows. */
export const blobStoreListingLiars: readonly Liar<BlobStoreHarness>[] = [
  createEditor(
    "list lists the blobs whose key starts with the prefix, which is plain text without a path rule",
    "takes a prefix for a folder",
    (items, prefix) =>
      items.filter(({ key }) => prefix === "" || prefix.endsWith("/") || key.startsWith(`${prefix}/`)),
  ),
  createEditor(
    "list lists all blobs for an empty prefix",
    "lists only the top of the tree for it",
    (items, prefix) => items.filter(({ key }) => prefix !== "" || !key.includes("/")),
  ),
  createEditor(
    "list tells of each blob the key, size, etag and time that head tells",
    "does not know the etag when it lists",
    (items) => items.map((info) => ({ ...info, etag: etag("") })),
  ),
  {
    law: "list tells onUnreadable of a blob that it cannot read, and lists all others",
    lie: "tells of it and ends there",
    build: (honest) => ({
      ...honest,
      openUnreadable: async (unreadable) => {
        const list: List = async (prefix, options = {}) => {
          const page = await honest.store.list(prefix, options);
          if (!page.items.some(({ key }) => key === unreadable)) return page;
          if (!options.onUnreadable) throw new SafelightError("unavailable", "it cannot be read");
          options.onUnreadable({ key: unreadable });
          return { items: page.items.filter(({ key }) => key < unreadable) };
        };
        return replaceMethods(honest.store, { list });
      },
    }),
  },
  createEditor("list gives the blobs in the order of their keys' UTF-8 bytes", "sorts by UTF-16", (items) =>
    [...items].sort((a, b) => (a.key < b.key ? -1 : 1)),
  ),
  createListingLiar(
    "list's cursor continues after a page, and the last page has none",
    "skips one item at each page",
    (list) =>
      async (prefix, options = {}) => {
        const page = await list(prefix, options);
        return { ...page, items: options.cursor === undefined ? page.items : page.items.slice(1) };
      },
  ),
  createListingLiar(
    "a key that is there from the first page to the last is listed exactly once",
    "counts how many it has listed instead of remembering where it was",
    (list) =>
      async (prefix, { cursor = "0", limit = 1_000 } = {}) => {
        const { items } = await list(prefix);
        const end = Number(cursor) + limit;
        return {
          items: items.slice(Number(cursor), end),
          ...(end < items.length && { cursor: String(end) }),
        };
      },
  ),
  createListingLiar(
    "a position that list did not make gives blobs of the listing, or is refused as invalid-input",
    "takes a position for one of the same listing",
    (list) => (prefix, options) => list(options?.cursor === undefined ? prefix : "", options),
  ),
  createListingLiar(
    "list's limit is the most items a page may have",
    "takes the limit for a hint",
    (list) =>
      (prefix, { limit = 999, ...options } = {}) =>
        list(prefix, { ...options, limit: limit + 1 }),
  ),
  {
    law: "any sequence of puts, gets, deletes and lists agrees with a plain map",
    lie: "loses each seventh put that replaces something",
    build: (honest) => {
      let replaced = 0;
      const put: BlobStore["put"] = async (key, bytes, options) => {
        const there = await honest.store.head(key).catch(() => undefined);
        if (there) replaced += 1;
        return there && replaced % 7 === 0 ? { etag: there.etag } : honest.store.put(key, bytes, options);
      };
      return { ...honest, store: replaceMethods(honest.store, { put }) };
    },
  },
];
