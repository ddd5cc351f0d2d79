import assert from "node:assert/strict";
import { computeSha256 } from "../../../domain/model/digest.js";
import { etag } from "../../../domain/model/etag.js";
import type { Blob } from "../../blob-store.js";
import { assertSame, refuses, toBytes } from "../expectations.js";
import type { BlobStoreLaw } from "./harness.js";

const TEXT = { contentType: "text/plain" };
const EVERYTHING = {
  contentType: "image/svg+xml; charset=utf-8",
  cacheControl: "public, max-age=31536000, immutable",
  disposition: 'attachment; filename="cat.jpg"',
  metadata: { camera: `!"#$%&'()*+,-./09:;<=>?@AZ[\\]^_\`az{|} ~`, note: "x", fingerprint: "1" },
};

/** The laws of a blob store about `get` and `head`. */
export const READING_LAWS: readonly BlobStoreLaw[] = [
  {
    name: "get resolves to the blob as one put left it: its bytes and everything that was said about it",
    check: async ({ store }) => {
      const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
      for (const bytes of [everyByte, new Uint8Array(0), new Uint8Array(300_000).fill(7)]) {
        const { etag } = await store.put("k", bytes, EVERYTHING);
        const { storedAt, sha256: _, ...rest } = await store.get("k");
        assertSame(rest, { key: "k", size: bytes.length, etag, ...EVERYTHING, bytes }, "the blob");
        assert.ok(Number.isFinite(new Date(storedAt).getTime()), "expected storedAt to be a time");
      }
    },
  },
  {
    name: "bytes and info are of the same moment, never half of one put and half of another",
    check: async ({ store }) => {
      const put = (mark: number) =>
        store.put("k", new Uint8Array(50_000 + mark).fill(mark), {
          contentType: `text/${mark}`,
          metadata: { mark: String(mark) },
        });
      const etags = new Map([[0, (await put(0)).etag]]);
      const write = async () => {
        for (let mark = 1; mark <= 8; mark += 1) etags.set(mark, (await put(mark)).etag);
      };
      const read = async () => {
        const blobs: Blob[] = [];
        for (let times = 0; times < 8; times += 1) blobs.push(await store.get("k"));
        return blobs;
      };
      const [first, second, third] = await Promise.all([read(), read(), read(), write()]);
      const blobs = [...first, ...second, ...third];
      for (const blob of [...blobs, await store.get("k")]) {
        const mark = blob.bytes[0] ?? -1;
        assertSame(blob.bytes, new Uint8Array(50_000 + mark).fill(mark), "the bytes of one put");
        if (blob.sha256 !== undefined)
          assertSame(blob.sha256, computeSha256(blob.bytes), "the hash of the same put");
        const info = {
          size: blob.size,
          etag: blob.etag,
          contentType: blob.contentType,
          metadata: blob.metadata,
        };
        const expected = {
          size: 50_000 + mark,
          etag: etags.get(mark),
          contentType: `text/${mark}`,
          metadata: { mark: String(mark) },
        };
        assertSame(info, expected, "the info of the same put");
      }
    },
  },
  {
    name: "a store that says the SHA-256 of a blob says that of its bytes",
    check: async ({ store }) => {
      for (const text of ["one", "", "two", "one"]) {
        await store.put("k", toBytes(text), TEXT);
        const { bytes, sha256 = computeSha256(bytes) } = await store.get("k");
        assertSame(
          { bytes, sha256 },
          { bytes: toBytes(text), sha256: computeSha256(text) },
          `the blob of ${text}`,
        );
      }
    },
  },
  {
    name: "get throws not-found if the key holds nothing",
    check: async ({ store }) => {
      await store.put("a/b", toBytes("x"), TEXT);
      for (const key of ["a", "a/", "b", "toString", "__proto__"]) {
        await refuses("not-found", store.get(key), `get of ${key}`);
        await refuses(
          "not-found",
          store.get(key, { ifMatch: etag("e"), maxBytes: 1 }),
          `conditional get of ${key}`,
        );
      }
    },
  },
  {
    name: "get throws conflict if ifMatch is given and is not the etag of what is there",
    check: async ({ store }) => {
      const old = await store.put("k", toBytes("old"), TEXT);
      assertSame((await store.get("k", { ifMatch: old.etag })).bytes, toBytes("old"), "the matching blob");
      const current = await store.put("k", toBytes("new"), TEXT);
      await refuses("conflict", store.get("k", { ifMatch: old.etag }), "an older etag");
      await refuses("conflict", store.get("k", { ifMatch: etag("") }), "an empty etag");
      assertSame(
        (await store.get("k", { ifMatch: current.etag })).bytes,
        toBytes("new"),
        "the matching blob",
      );
    },
  },
  {
    name: "get throws too-large if the blob has more than maxBytes bytes",
    check: async ({ store }) => {
      await store.put("k", toBytes("12345"), TEXT);
      assertSame(
        (await store.get("k", { maxBytes: 5 })).bytes,
        toBytes("12345"),
        "a blob of exactly maxBytes",
      );
      await refuses("too-large", store.get("k", { maxBytes: 4 }), "a blob of maxBytes and one");
      await refuses("too-large", store.get("k", { maxBytes: 0 }), "a blob where none may be");
    },
  },
  {
    name: "the bytes that get gives belong to the caller",
    check: async ({ store }) => {
      await store.put("k", toBytes("kept"), TEXT);
      (await store.get("k")).bytes.fill(0);
      assertSame(
        (await store.get("k")).bytes,
        toBytes("kept"),
        "the bytes after a reader wrote over its own",
      );
    },
  },
  {
    name: "head resolves to what get would say, without the bytes",
    check: async ({ store }) => {
      for (const options of [TEXT, EVERYTHING]) {
        await store.put("k", toBytes("x"), options);
        const { bytes: _, sha256: __, ...info } = await store.get("k");
        assertSame(await store.head("k"), info, "the answer to head");
      }
    },
  },
  {
    name: "head throws not-found if the key holds nothing",
    check: async ({ store }) => {
      await store.put("a/b", toBytes("x"), TEXT);
      for (const key of ["a", "a/", "b", "toString"])
        await refuses("not-found", store.head(key), `head of ${key}`);
    },
  },
];
