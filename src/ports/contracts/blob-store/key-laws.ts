import assert from "node:assert/strict";
import { deriveImageId } from "../../../domain/model/image-id.js";
import { compareKeys } from "../../../domain/model/original-key.js";
import { renditionKey, toVersionPrefix } from "../../../domain/model/storage-layout.js";
import { toVersionLabel } from "../../../domain/model/version.js";
import type { BlobStore } from "../../blob-store.js";
import { AWKWARD_KEYS } from "../awkward-keys.js";
import { CONFUSABLE_VERSIONS } from "../confusable-sequencers.js";
import { assertSame, iterateItems, refuses, requireHook, toBytes } from "../expectations.js";
import type { BlobStoreLaw } from "./harness.js";

/** The laws of a blob store about keys, and about every method. */
export const KEY_LAWS: readonly BlobStoreLaw[] = [
  {
    name: "a key is any non-empty well-formed text of at most 1,024 bytes of UTF-8",
    check: async ({ store }) => {
      for (const key of AWKWARD_KEYS) await store.put(key, toBytes(key), { contentType: "text/plain" });
      for (const key of AWKWARD_KEYS) {
        const { bytes } = await store.get(key);
        assertSame(Buffer.from(bytes).toString(), key, `the blob under ${JSON.stringify(key)}`);
      }
    },
  },
  {
    name: "a key comes back exactly as it was given: not normalized, not cleaned, not a path",
    check: async ({ store }) => {
      for (const key of AWKWARD_KEYS) {
        await store.put(key, toBytes("x"), { contentType: "text/plain" });
        assertSame((await store.get(key)).key, key, "the key in the answer to get");
        assertSame((await store.head(key)).key, key, "the key in the answer to head");
      }
      const listed = await iterateItems((cursor) => store.list("", cursor === undefined ? {} : { cursor }));
      const keys = listed.map(({ key }) => key).sort(compareKeys);
      assertSame(keys, [...AWKWARD_KEYS].sort(compareKeys), "the keys of the listing");
    },
  },
  {
    name: "every method throws unavailable when the store cannot be reached",
    check: async (harness) => {
      const store = await requireHook(harness.openUnreachable, "openUnreachable")();
      for (const [name, call] of listMethods(store)) await refuses("unavailable", call(), name);
    },
  },
  {
    name: "every method throws unavailable when the store refuses its own caller",
    check: async (harness) => {
      const store = await requireHook(harness.openRefusing, "openRefusing")();
      for (const [name, call] of listMethods(store)) await refuses("unavailable", call(), name);
    },
  },
  {
    name: "other keys are untouched by a delete",
    check: async ({ store }) => {
      const neighbors = ["a", "a/", "a/b", "a/b/c", "A", "ab", "a ", "a%", "a*", "/a", "aa"];
      for (const gone of neighbors) {
        for (const key of neighbors) await store.put(key, toBytes(key), { contentType: "text/plain" });
        await store.delete(gone);
        for (const key of neighbors.filter((other) => other !== gone)) {
          const found = await store.get(key).catch(() => undefined);
          assert.ok(
            found,
            `expected ${JSON.stringify(key)} to survive the delete of ${JSON.stringify(gone)}`,
          );
          assertSame(found.bytes, toBytes(key), `the bytes under ${JSON.stringify(key)}`);
        }
      }
    },
  },
  {
    name: "the renditions of no version are taken for those of another one, however alike the versions are",
    check: async ({ store }) => {
      const imageId = deriveImageId("k");
      const renditions = CONFUSABLE_VERSIONS.map((version) => ({
        key: renditionKey(imageId, version, "f", "thumb", "txt"),
        bytes: toBytes(toVersionLabel(version)),
        prefix: toVersionPrefix(imageId, version),
      }));
      for (const { key, bytes } of renditions) await store.put(key, bytes, { contentType: "text/plain" });
      for (const { key, bytes, prefix } of renditions) {
        assertSame((await store.get(key)).bytes, bytes, `the bytes under ${key}`);
        const { items } = await store.list(prefix);
        assertSame(
          items.map((item) => item.key),
          [key],
          `the keys below ${prefix}`,
        );
      }
    },
  },
];

function listMethods(store: BlobStore): readonly (readonly [string, () => Promise<unknown>])[] {
  return [
    ["get", () => store.get("k")],
    ["put", () => store.put("k", toBytes("x"), { contentType: "text/plain" })],
    ["head", () => store.head("k")],
    ["delete", () => store.delete("k")],
    ["deleteAll", () => store.deleteAll(["k"])],
    ["list", () => store.list("k")],
  ];
}
