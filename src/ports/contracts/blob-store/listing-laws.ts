import assert from "node:assert/strict";
import { compareKeys } from "../../../domain/model/original-key.js";
import type { BlobStore, ListedBlob, UnreadableBlob } from "../../blob-store.js";
import { sealCursor } from "../../checked/cursors.js";
import { AWKWARD_KEYS } from "../awkward-keys.js";
import {
  assertSame,
  FORGED_POSITIONS,
  iterateItems,
  readPageUnlessRefused,
  refuses,
  toBytes,
} from "../expectations.js";
import type { BlobStoreLaw } from "./harness.js";

/** The laws of a blob store about `list`. */
export const LISTING_LAWS: readonly BlobStoreLaw[] = [
  {
    name: "list lists the blobs whose key starts with the prefix, which is plain text without a path rule",
    check: async ({ store }) => {
      await fill(store, AWKWARD_KEYS);
      const prefixes = [
        "a",
        "a/",
        "a/b",
        "A",
        "a%",
        "a_",
        "a*",
        "[a-z]",
        "..",
        ".",
        "/",
        "caf",
        "cafe",
        "s".repeat(200),
      ];
      for (const prefix of [...prefixes, "with%2F", "with/", "%", "_", "*", "nothing at all", "\u{1f4f7}"]) {
        const expected = AWKWARD_KEYS.filter((key) => key.startsWith(prefix)).sort(compareKeys);
        assertSame(
          pickKeys(await walk(store, prefix)),
          expected,
          `the keys that start with ${JSON.stringify(prefix)}`,
        );
      }
    },
  },
  {
    name: "list lists all blobs for an empty prefix",
    check: async ({ store }) => {
      assertSame(await store.list(""), { items: [] }, "the listing of an empty store");
      await fill(store, ["a", "/b", "c/d", "."]);
      assertSame(pickKeys(await walk(store, "")), [".", "/b", "a", "c/d"], "all keys");
    },
  },
  {
    name: "list tells of each blob the key, size, etag and time that head tells",
    check: async ({ store }) => {
      await store.put("k", toBytes("12345"), { contentType: "text/plain", metadata: { a: "1" } });
      const { key, size, etag, storedAt } = await store.head("k");
      const listed = (await store.list("")).items.map((item) => ({
        key: item.key,
        size: item.size,
        etag: item.etag,
        storedAt: item.storedAt,
      }));
      assertSame(listed, [{ key, size, etag, storedAt }], "the listed blob");
    },
  },
  {
    name: "list tells onUnreadable of a blob that it cannot read, and lists all others",
    check: async ({ store, openUnreadable }) => {
      await fill(store, ["a", "b/c", "b/d", "e"]);
      const told: string[] = [];
      const noteUnreadable = ({ key }: UnreadableBlob) => void told.push(key);
      const damaged = (await openUnreadable?.("b/c")) ?? store;
      const listed = await iterateItems((cursor) =>
        damaged.list("", { limit: 1, onUnreadable: noteUnreadable, ...(cursor !== undefined && { cursor }) }),
      );
      const unreadable = openUnreadable ? ["b/c"] : [];
      assertSame([...new Set(told)], unreadable, "the keys that were told of");
      const readable = ["a", "b/c", "b/d", "e"].filter((key) => !unreadable.includes(key));
      assertSame(pickKeys(listed), readable, "the keys that were listed");
      if (openUnreadable) await refuses("unavailable", damaged.list("b"), "a listing that nobody is told of");
    },
  },
  {
    name: "list gives the blobs in the order of their keys' UTF-8 bytes",
    check: async ({ store }) => {
      // UTF-16 would put the last before the one before it, a dictionary would mix the cases, a folder would group.
      const keys = [
        "",
        "!",
        "-",
        "/",
        "/a",
        "0",
        "B",
        "a",
        "a!",
        "a-b",
        "a/b",
        "a0",
        "b",
        "\u00e9",
        "\uff5e",
        "\u{1f4f7}",
      ].map((end) => `k${end}`);
      await fill(store, [...keys].reverse());
      assertSame(pickKeys(await walk(store, "")), keys, "the keys in order");
      assertSame(pickKeys(await walk(store, "", 3)), keys, "the keys in order, page by page");
    },
  },
  {
    name: "list's cursor continues after a page, and the last page has none",
    check: async ({ store }) => {
      await fill(store, AWKWARD_KEYS);
      const all = [...AWKWARD_KEYS].sort(compareKeys);
      for (const limit of [1, 7, all.length - 1, all.length, all.length + 1]) {
        assertSame(pickKeys(await walk(store, "", limit)), all, `the pages of ${limit} together`);
      }
    },
  },
  {
    name: "a key that is there from the first page to the last is listed exactly once",
    check: async ({ store }) => {
      const stay = ["b", "d", "f", "h", "j"];
      const [passed, ahead] = [
        ["a", "b1"],
        ["g", "z"],
      ];
      // Each on its own, since one may make up for the other: what comes repeats keys, what goes hides them.
      const meanwhile = [
        () => fill(store, [...passed, ...ahead]),
        async () => {
          for (const key of [...passed, ...ahead]) await store.delete(key);
        },
      ];
      await fill(store, stay);
      for (const happens of meanwhile) {
        const listed = await iterateItems(
          (cursor) => store.list("", { limit: 3, ...(cursor !== undefined && { cursor }) }),
          happens,
        );
        assertSame(
          pickKeys(listed).filter((key) => stay.includes(key)),
          stay,
          "the keys that stayed",
        );
        assertSame(new Set(pickKeys(listed)).size, listed.length, "the number of different keys");
      }
    },
  },
  {
    name: "a position that list did not make gives blobs of the listing, or is refused as invalid-input",
    check: async ({ store }) => {
      await fill(store, ["a/1", "a/2", "b"]);
      for (const position of FORGED_POSITIONS) {
        const cursor = sealCursor(["blobs", "a/"], position);
        const keys = pickKeys(await readPageUnlessRefused(store.list("a/", { cursor })));
        const foreign = keys.filter((key) => !key.startsWith("a/"));
        assertSame(foreign, [], `what follows ${JSON.stringify(position)} and is of another listing`);
      }
    },
  },
  {
    name: "list's limit is the most items a page may have",
    check: async ({ store }) => {
      await fill(store, ["a", "b", "c", "d"]);
      for (const limit of [1, 2, 3]) {
        const { items } = await store.list("", { limit });
        assert.ok(
          items.length <= limit,
          `expected at most ${limit} items on a page but received ${items.length}`,
        );
      }
    },
  },
];

async function fill(store: BlobStore, keys: readonly string[]): Promise<void> {
  for (const key of keys) await store.put(key, toBytes("x"), { contentType: "text/plain" });
}

function walk(store: BlobStore, prefix: string, limit?: number): Promise<readonly ListedBlob[]> {
  return iterateItems((cursor) =>
    store.list(prefix, { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) }),
  );
}

function pickKeys(items: readonly ListedBlob[]): readonly string[] {
  return items.map(({ key }) => key);
}
