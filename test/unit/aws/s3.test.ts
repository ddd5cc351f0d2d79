import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parseChanges } from "../../../src/adapters/aws/original-changes.js";
import { type BlobStoreClient, S3BlobStore } from "../../../src/adapters/s3/blob-store.js";
import { S3UploadTickets } from "../../../src/adapters/s3/upload-tickets.js";
import { ACCOUNT, createClientOptions } from "../../support/cloud/clients.js";
import type { S3EventRecord } from "../../support/cloud/s3/buckets.js";
import { type S3, startS3 } from "../../support/cloud/s3/server.js";
import { sendTicket } from "../../support/cloud/send-ticket.js";

const READER = { accessKeyId: "AKIAREADER", secretAccessKey: "reader-secret", mayList: false };
const TEXT = { contentType: "text/plain" };
const bytes = Buffer.from("0123456789");

let s3: S3;
let client: S3Client;
let reader: S3Client;
let told: S3EventRecord[];

beforeAll(async () => {
  told = [];
  s3 = await startS3({ accounts: [ACCOUNT, READER] });
  s3.createBucket("originals");
  s3.createBucket("versioned", { versioned: true });
  s3.onChange((record) => void told.push(record));
  client = new S3Client({ ...createClientOptions(s3.endpoint), forcePathStyle: true });
  reader = new S3Client({ ...createClientOptions(s3.endpoint, READER), forcePathStyle: true });
});

afterAll(async () => {
  client.destroy();
  reader.destroy();
  await s3.close();
});

/** A store over the local S3, and every command that it sends. */
function createCountingStore() {
  const sent: object[] = [];
  const send = (command: PutObjectCommand) => {
    sent.push(command);
    return client.send(command);
  };
  return { sent, store: new S3BlobStore({ client: { send } as BlobStoreClient, bucket: "originals" }) };
}

const listChanges = (bucket: string, records: readonly S3EventRecord[]) =>
  parseChanges({ Records: records }, { originals: bucket, renditions: "renditions" }).changes;

describe("a blob store", () => {
  it("does not take a missing bucket for a missing blob", async () => {
    const store = new S3BlobStore({ client, bucket: "nowhere" });
    await expect(store.get("k")).rejects.toMatchObject({ code: "unavailable" });
    await expect(store.list("")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("does not take a 403 for a missing blob", async () => {
    const store = new S3BlobStore({ client: reader, bucket: "originals" });
    await expect(store.get("missing")).rejects.toMatchObject({ code: "unavailable" });
    await expect(store.head("missing")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("closes the connection of a blob that is too large", async () => {
    const store = new S3BlobStore({ client, bucket: "originals" });
    await store.put("large", new Uint8Array(2_000_000), TEXT);
    for (let times = 0; times < 60; times += 1)
      await expect(store.get("large", { maxBytes: 10 })).rejects.toMatchObject({ code: "too-large" });
    expect((await store.get("large")).size).toBe(2_000_000);
  });

  it("throws the signal's own reason when aborted", async () => {
    const store = new S3BlobStore({ client, bucket: "originals" });
    const reason = new Error("enough");
    await expect(store.get("large", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("reads an upload in parts by the etag of its notification, which is no hash of the content", async () => {
    const place = { Bucket: "originals", Key: "in parts" };
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...place, ContentType: "image/png" }),
    );
    const parts = [];
    for (const PartNumber of [1, 2]) {
      const part = new UploadPartCommand({ ...place, UploadId, PartNumber, Body: bytes });
      parts.push({ PartNumber, ETag: (await client.send(part)).ETag });
    }
    const all = { ...place, UploadId, MultipartUpload: { Parts: parts } };
    await client.send(new CompleteMultipartUploadCommand(all));
    const [change] = listChanges("originals", told.slice(-1));
    expect(change).toMatchObject({ type: "created", key: "in parts", etag: expect.stringMatching(/-2$/) });
    const ifMatch = change?.type === "created" ? change.etag : "";
    const blob = await new S3BlobStore({ client, bucket: "originals" }).get("in parts", { ifMatch });
    expect({ type: blob.contentType, size: blob.size }).toEqual({ type: "image/png", size: 20 });
  });

  it("throws S3's errors about single keys of a batch, and finishes the batch on the next call", async () => {
    const store = new S3BlobStore({ client, bucket: "originals" });
    const keys = ["batch/1", "batch/2", "batch/3"];
    for (const key of keys) await store.put(key, bytes, TEXT);
    for (const code of ["AccessDenied", "SlowDown", "InternalError"]) {
      s3.refuseDeleting("batch/2", code);
      await expect(store.deleteAll(keys)).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining(`S3 answered DeleteObjects but kept 1 of its keys (${code}); `),
      });
      expect((await store.list("batch/")).items.map(({ key }) => key)).toEqual(["batch/2"]);
    }
    s3.refuseDeleting("batch/2");
    await store.deleteAll(keys);
    expect((await store.list("batch/")).items).toEqual([]);
  });

  it("deletes in batches where the client computes only the checksums that are required", async () => {
    const careful = new S3Client({
      ...createClientOptions(s3.endpoint),
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    const store = new S3BlobStore({ client: careful, bucket: "originals" });
    await store.put("careful <&> 'batch'", bytes, TEXT);
    await store.deleteAll(["careful <&> 'batch'"]);
    expect((await store.list("careful")).items).toEqual([]);
    careful.destroy();
  });

  it("deletes a thousand keys with one request, and each key once", async () => {
    const { store, sent } = createCountingStore();
    await store.deleteAll(Array.from({ length: 2_001 }, (_, index) => `k${index % 2_000}`));
    expect(sent.map((command) => command.constructor.name)).toEqual(Array(2).fill("DeleteObjectsCommand"));
    sent.length = 0;
    await store.deleteAll(["line\nbreak", " space", "plain"]);
    expect(sent.map((command) => command.constructor.name).sort()).toEqual(
      ["DeleteObjectCommand", "DeleteObjectCommand", "DeleteObjectsCommand"].sort(),
    );
    sent.length = 0;
    await store.deleteAll([]);
    expect(sent).toEqual([]);
  });

  it("reports its deletions as removals, in a versioned bucket too", async () => {
    const store = new S3BlobStore({ client, bucket: "versioned" });
    await store.put("k", bytes, TEXT);
    await store.delete("k");
    expect(listChanges("versioned", told.slice(-2)).map(({ type }) => type)).toEqual(["created", "removed"]);
  });
});

describe("the local S3", () => {
  it("keeps a conditional write to its condition", async () => {
    const put = (conditions: object) =>
      client.send(new PutObjectCommand({ Bucket: "originals", Key: "once", Body: bytes, ...conditions }));
    const { ETag } = await put({ IfNoneMatch: "*" });
    await expect(put({ IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put({ IfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await put({ IfMatch: ETag });
  });
});

describe("an upload ticket", () => {
  const request = { key: "ticket.jpg", contentType: "image/jpeg", maxBytes: 10, expiresIn: 60 };
  const issue = () => new S3UploadTickets({ client, bucket: "originals" }).issue(request);

  it("accepts the upload that it is for, and its change is reported", async () => {
    expect(await sendTicket(await issue(), bytes)).toBe(true);
    expect(told.at(-1)?.eventName).toBe("ObjectCreated:Post");
    expect(listChanges("originals", told.slice(-1))).toMatchObject([{ type: "created", key: "ticket.jpg" }]);
  });

  it.each([
    ["one byte too many", {}, Buffer.from("0123456789x")],
    ["no byte at all", {}, Buffer.alloc(0)],
    ["another key", { key: "other.jpg" }, bytes],
    ["another type", { "Content-Type": "text/html" }, bytes],
    ["an extra field", { acl: "public-read" }, bytes],
    ["another bucket", { bucket: "versioned" }, bytes],
    ["another signature", { "X-Amz-Signature": "0".repeat(64) }, bytes],
  ])("refuses %s", async (_name, changed, body) => {
    const ticket = await issue();
    const before = told.length;
    const forged = { ...ticket, fields: { ...ticket.fields, ...changed } as Record<string, string> };
    expect(await sendTicket(forged, body)).toBe(false);
    expect(told.length).toBe(before);
  });

  it.each([`a/$\{filename}`, `$\{filename}.jpg`, `a/$\{filename} (1)/\u00e9+b.jpg`])(
    "leaves no part of the key %s to the client, which S3 would do in a form",
    async (key) => {
      const metadata = { note: "a  b" };
      const tickets = new S3UploadTickets({ client, bucket: "originals" });
      const ticket = await tickets.issue({ ...request, key, metadata });
      expect(ticket.method).toBe("PUT");
      expect(await sendTicket(ticket, bytes)).toBe(true);
      expect(listChanges("originals", told.slice(-1))).toMatchObject([{ type: "created", key }]);
      const store = new S3BlobStore({ client, bucket: "originals" });
      expect(await store.head(key)).toMatchObject({ contentType: "image/jpeg", metadata });
    },
  );

  it("refuses a PUT that differs from the signed one", async () => {
    const key = `a/$\{filename}`;
    const tickets = new S3UploadTickets({ client, bucket: "originals" });
    const ticket = await tickets.issue({ ...request, key, metadata: { note: "a" } });
    const { "Content-Type": _, ...headers } = ticket.headers;
    const before = told.length;
    for (const forged of [
      { ...ticket, headers },
      { ...ticket, headers: { ...headers, "Content-Type": "text/html" } },
      { ...ticket, headers: { ...ticket.headers, "x-amz-meta-note": "b" } },
      { ...ticket, headers: { ...ticket.headers, "x-amz-meta-more": "b" } },
      { ...ticket, headers: { ...ticket.headers, "x-amz-acl": "public-read" } },
      { ...ticket, url: ticket.url.replace("filename", "other") },
      { ...ticket, url: ticket.url.replace("originals", "versioned") },
      { ...ticket, url: ticket.url.replace("Expires=60", "Expires=3600") },
    ])
      expect(await sendTicket(forged, bytes)).toBe(false);
    expect(told.length).toBe(before);
  });
});
