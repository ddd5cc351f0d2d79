import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { type Bundles, bundleFunctions, deployFunction } from "../../support/lambda/deploy.js";
import { feed } from "../../support/lambda/event-source.js";
import type { RunningFunction } from "../../support/lambda/function.js";

let cloud: Cloud;
let bundles: Bundles;
let lambda: RunningFunction;
let photo: Buffer;

beforeAll(async () => {
  [cloud, bundles, photo] = await Promise.all([
    startCloud(),
    bundleFunctions(["process"]),
    sharp({ create: { width: 640, height: 480, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer(),
  ]);
  lambda = await deployFunction("process", { cloud, bundles });
});

afterAll(async () => {
  await lambda.close();
  await Promise.all([cloud.close(), bundles.close()]);
});

const settle = () => feed(lambda, { sqs: cloud.clients.sqs, queueUrl: cloud.options.queueUrl });
const listEvents = (key: string) => cloud.events().filter((event) => event.key === key);

async function readRow(key: string) {
  const Key = { imageId: { S: deriveImageId(key) } };
  const { Item } = await cloud.clients.dynamodb.send(new GetItemCommand({ TableName: "ImageMetadata", Key }));
  return Item;
}

/** Everything that a finished upload must have left behind. */
async function expectReady(key: string): Promise<void> {
  const record = await cloud.adapters.records.get(deriveImageId(key));
  expect(record).toMatchObject({ key, status: "ready" });
  const row = await readRow(key);
  expect(row).toMatchObject({ key: { S: key }, status: { S: "ready" } });
  expect(record?.renditions.map(({ name }) => name).sort()).toEqual(["preview", "thumb"]);
  for (const rendition of record?.renditions ?? []) {
    const stored = await cloud.clients.s3.send(
      new GetObjectCommand({ Bucket: "renditions", Key: rendition.key }),
    );
    expect(stored.CacheControl).toBe("public, max-age=31536000, immutable");
    expect(stored.ContentType).toBe(`image/${rendition.format}`);
    const { width, height } = await sharp(await stored.Body?.transformToByteArray()).metadata();
    expect({ width, height }).toEqual({ width: rendition.width, height: rendition.height });
    expect(row?.urls?.M?.[rendition.name]?.S).toBe(`https://images.example/${rendition.key}`);
  }
  expect(listEvents(key)).toMatchObject([{ type: "ImageReady", record: { status: "ready" } }]);
}

describe("the bundled process function", () => {
  it("makes renditions, a record and an event from a PutObject upload", async () => {
    const Key = "holiday 2026/café + sea \u{1f4f7}.jpg";
    await cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key, Body: photo }));
    expect(await settle()).toEqual({ invocations: 1, returned: 0 });
    await expectReady(Key);
  });

  it("makes the same from a browser's upload with a ticket", async () => {
    const key = "form.jpg";
    const { url, fields } = await cloud.adapters.tickets.issue({
      key,
      contentType: "image/jpeg",
      maxBytes: photo.length,
      expiresIn: 60,
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([new Uint8Array(photo)]), "photo.jpg");
    const answer = await fetch(url, { method: "POST", body: form });
    await answer.text();
    expect(answer.status).toBe(204);
    await settle();
    await expectReady(key);
  });

  it("makes the same from a multipart upload", async () => {
    const name = { Bucket: "originals", Key: "parts.jpg" };
    const { s3 } = cloud.clients;
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(name));
    const halves = [photo.subarray(0, 1_000), photo.subarray(1_000)];
    const Parts: { ETag?: string; PartNumber: number }[] = [];
    for (const [index, Body] of halves.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ ...name, UploadId, PartNumber, Body }));
      Parts.push({ ETag, PartNumber });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...name, UploadId, MultipartUpload: { Parts } }));
    await settle();
    await expectReady(name.Key);
  });

  it("lays a transparent picture on white where the format has no transparency", async () => {
    const Key = "glass.png";
    const Body = await sharp(photo).ensureAlpha(0).png().toBuffer();
    await cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key, Body }));
    await settle();
    const record = await cloud.adapters.records.get(deriveImageId(Key));
    const thumb = record?.renditions.find(({ name }) => name === "thumb");
    expect(thumb?.format).toBe("jpeg");
    const { bytes } = await cloud.adapters.renditions.get(thumb?.key ?? "");
    const { channels } = await sharp(bytes).stats();
    for (const { mean } of channels) expect(mean).toBeGreaterThan(250);
  });

  it("follows an upload that is overwritten and deleted, and the CDN is invalidated", async () => {
    const name = { Bucket: "originals", Key: "followed.jpg" };
    const other = await sharp(photo).negate().png().toBuffer();
    const versions = [photo, other, Buffer.from("no picture any more, but long enough to be looked at")];
    const made: string[] = [];
    for (const Body of versions) {
      await cloud.clients.s3.send(new PutObjectCommand({ ...name, Body }));
      await settle();
      const record = await cloud.adapters.records.get(deriveImageId(name.Key));
      const { items } = await cloud.adapters.renditions.list(`${deriveImageId(name.Key)}/`);
      expect(items.map(({ key }) => key)).toEqual(record?.renditions.map(({ key }) => key).sort());
      made.push(...items.map(({ key }) => key));
    }
    expect(await readRow(name.Key)).toMatchObject({ status: { S: "rejected" } });
    await cloud.clients.s3.send(new DeleteObjectCommand(name));
    await settle();
    expect(listEvents(name.Key).map(({ type }) => type)).toEqual([
      "ImageReady",
      "ImageReady",
      "ImageRejected",
      "ImageRemoved",
    ]);
    expect(made).toHaveLength(4);
    await cloud.invalidate();
    for (const key of made) expect(cloud.cdn.isInvalidated(key)).toBe(true);
    expect((await cloud.adapters.records.get(deriveImageId(name.Key)))?.status).toBe("removed");
  });

  it("does all of that in one process, and its metrics count it", () => {
    expect(lambda.starts()).toBe(1);
    expect(lambda.metric("ColdStart", { function_name: "function" })).toEqual([1]);
    expect(lambda.metric("Processed")).toEqual([1, 1, 1, 1, 1, 1]);
    expect(lambda.metric("Rejected")).toEqual([1]);
    expect(lambda.metric("Rejected", { code: "unsupported-format" })).toEqual([1]);
    expect(lambda.metric("Removed")).toEqual([1]);
    expect(lambda.metric("BytesIn").reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(4 * photo.length);
    expect(lambda.metric("BytesOut")).toHaveLength(12);
    expect(lambda.metric("Duration")).toHaveLength(8);
  });
});
