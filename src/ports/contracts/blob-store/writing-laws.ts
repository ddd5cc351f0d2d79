import assert from "node:assert/strict";
import type { Blob, BlobStore } from "../../blob-store.js";
import { assertSame, refuses, requireHook, toBytes } from "../expectations.js";
import type { BlobStoreLaw } from "./harness.js";

const TEXT = { contentType: "text/plain" };
const OLD = new Uint8Array(200_000).fill(1);
const NEW = new Uint8Array(300_000).fill(2);

/** The laws of a blob store about `put` and `delete`; about `deleteAll` in deleting-laws.ts. */
export const WRITING_LAWS: readonly BlobStoreLaw[] = [
  {
    name: "put replaces what was there, info included",
    check: async ({ store }) => {
      const said = { cacheControl: "no-cache", disposition: "inline", metadata: { a: "1", b: "2" } };
      await store.put("k", toBytes("longer"), { contentType: "image/png", ...said });
      const { etag } = await store.put("k", toBytes("new"), {
        contentType: "image/gif",
        metadata: { b: "3" },
      });
      const { storedAt: _, sha256: __, ...rest } = await store.get("k");
      const expected = {
        key: "k",
        size: 3,
        etag,
        contentType: "image/gif",
        metadata: { b: "3" },
        bytes: toBytes("new"),
      };
      assertSame(rest, expected, "the second blob");
    },
  },
  {
    name: "put is atomic: a reader sees the old blob or the new one",
    check: async ({ store }) => {
      await store.put("k", OLD, TEXT);
      let writing = true;
      const write = store.put("k", NEW, TEXT).finally(() => {
        writing = false;
      });
      for (let reads = 0; writing && reads < 1_000; reads += 1) checkOldOrNew(await store.get("k"));
      await write;
      assertSame((await store.get("k")).bytes, NEW, "the bytes once put has resolved");
    },
  },
  {
    name: "after a crash in the middle of a put the old blob or the new one is there whole",
    check: async (harness) => {
      await harness.store.put("k", OLD, TEXT);
      const interrupted = harness.store.put("k", NEW, TEXT).catch(() => undefined);
      const restarted = await requireHook(harness.restart, "restart").call(harness);
      checkOldOrNew(await restarted.get("k"));
      await interrupted;
    },
  },
  {
    name: "a put is durable once it resolves",
    check: async (harness) => {
      const { etag } = await harness.store.put("k", toBytes("kept"), { ...TEXT, metadata: { a: "1" } });
      await harness.store.put("gone", toBytes("x"), TEXT);
      await harness.store.delete("gone");
      const before = await harness.store.head("k");
      const restarted = await requireHook(harness.restart, "restart").call(harness);
      const { sha256: _, ...kept } = await restarted.get("k");
      assertSame(kept, { ...before, etag, bytes: toBytes("kept") }, "the blob after a restart");
      await refuses("not-found", restarted.get("gone"), "a deleted blob after a restart");
    },
  },
  {
    name: "the etag that put answers is what get, head and list tell until the next write",
    check: async ({ store }) => {
      // The same bytes again may have the same etag or another one; what was told last counts.
      for (const text of ["same", "same", "other", "same"]) {
        const { etag } = await store.put("k", toBytes(text), TEXT);
        const readEtags = async () => [
          (await store.get("k")).etag,
          (await store.head("k")).etag,
          ...(await store.list("k")).items.map((item) => item.etag),
          new TextDecoder().decode((await store.get("k", { ifMatch: etag })).bytes),
        ];
        assertSame(await readEtags(), [etag, etag, etag, text], "the etags and the bytes");
        assertSame(await readEtags(), [etag, etag, etag, text], "the etags and the bytes, looked at again");
      }
    },
  },
  {
    name: "other bytes have another etag",
    check: async ({ store }) => {
      // Of one length, one byte apart, and put within one tick of a clock: neither size nor time tells them apart.
      const bytes = ["", "a", "b", "aa", "ab", "ba", "bb"].map(toBytes);
      const etags = new Set<string>();
      for (const some of bytes) etags.add((await store.put("k", some, TEXT)).etag);
      assertSame(etags.size, bytes.length, "the number of etags");
    },
  },
  {
    name: "the bytes given to put stay the caller's: changing them later changes nothing here",
    check: async ({ store }) => {
      const bytes = toBytes("kept");
      const metadata: Record<string, string> = { a: "1" };
      await store.put("k", bytes, { ...TEXT, metadata });
      bytes.fill(0);
      metadata.a = "2";
      const blob = await store.get("k");
      assertSame(
        { bytes: blob.bytes, metadata: blob.metadata },
        { bytes: toBytes("kept"), metadata: { a: "1" } },
        "the blob",
      );
      assertSame(bytes, new Uint8Array(4), "the caller's bytes");
    },
  },
  {
    name: "delete removes the blob",
    check: async ({ store }) => {
      await store.put("a/b", toBytes("x"), TEXT);
      await store.delete("a/b");
      await refuses("not-found", store.get("a/b"), "get of a deleted key");
      await refuses("not-found", store.head("a/b"), "head of a deleted key");
      assertSame((await store.list("")).items, [], "the listing");
      await store.put("a/b", toBytes("y"), TEXT);
      assertSame((await store.get("a/b")).bytes, toBytes("y"), "a blob put where one was deleted");
    },
  },
  {
    name: "deleting a key that holds nothing is success, so it can be repeated",
    check: async ({ store }) => {
      await store.delete("never");
      await store.put("a/b", toBytes("x"), TEXT);
      await store.delete("a");
      await store.delete("a/b");
      await store.delete("a/b");
      await checkDeletedAtOnce(store);
    },
  },
];

async function checkDeletedAtOnce(store: BlobStore): Promise<void> {
  await store.put("k", toBytes("x"), TEXT);
  await Promise.all(Array.from({ length: 4 }, () => store.delete("k")));
  await refuses("not-found", store.head("k"), "head of a key that four deleted at once");
}

function checkOldOrNew({ bytes, size }: Blob): void {
  const whole = [OLD, NEW].some((one) => one.length === size && Buffer.compare(one, bytes) === 0);
  assert.ok(
    whole,
    `expected the old blob or the new one but received ${bytes.length} bytes that are neither`,
  );
}
