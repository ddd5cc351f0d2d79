import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { sendTicket } from "../../support/cloud/send-ticket.js";

let cloud: Cloud;
let pipeline: Pipeline;
let photo: Buffer;

beforeAll(async () => {
  cloud = await startCloud();
  pipeline = definePipeline({ ...cloud.adapters, engine: sharpEngine() });
  photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer();
});

afterAll(() => cloud.close());

function upload(key: string, body: Uint8Array): Promise<unknown> {
  return cloud.clients.s3.send(
    new PutObjectCommand({ Bucket: "originals", Key: key, Body: body, ContentType: "image/jpeg" }),
  );
}

const listEvents = (key: string) => cloud.events().filter((event) => event.key === key);

describe("an upload to the bucket", () => {
  const key = "holiday 2026/caf\u00e9 + sea \u{1f4f7}.jpg";

  it("becomes renditions with the right headers, a readable record, and an event", async () => {
    await upload(key, photo);
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    const image = await pipeline.get(deriveImageId(key));
    expect(image).toMatchObject({ key, status: "ready" });
    expect(image?.renditions.length).toBeGreaterThan(0);
    for (const { name, key: Key, url } of image?.renditions ?? []) {
      expect(url).toBe(`https://images.example/${Key}`);
      const stored = await cloud.clients.s3.send(new GetObjectCommand({ Bucket: "renditions", Key }));
      expect(stored.CacheControl).toBe("public, max-age=31536000, immutable");
      expect((await sharp(await stored.Body?.transformToByteArray()).metadata()).width).toBeGreaterThan(0);
      const row = await cloud.clients.dynamodb.send(
        new GetItemCommand({ TableName: "ImageMetadata", Key: { imageId: { S: deriveImageId(key) } } }),
      );
      expect(row.Item?.urls?.M?.[name]?.S).toBe(url);
    }
    expect(listEvents(key)).toMatchObject([{ type: "ImageReady", record: { status: "ready" } }]);
    expect(cloud.waiting()).toEqual([]);
  });

  it("that is overwritten and deleted is followed, and the CDN is invalidated", async () => {
    const before = await pipeline.get(deriveImageId(key));
    await upload(key, Buffer.from("no picture any more, but long enough to be looked at"));
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    expect(await pipeline.get(deriveImageId(key))).toMatchObject({ status: "rejected", renditions: [] });
    await cloud.invalidate();
    for (const rendition of before?.renditions ?? [])
      expect(cloud.cdn.isInvalidated(rendition.key)).toBe(true);
    await cloud.adapters.originals.delete(key);
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    expect(await pipeline.get(deriveImageId(key))).toBeUndefined();
    expect((await cloud.adapters.renditions.list("")).items).toEqual([]);
    expect(listEvents(key).map(({ type }) => type)).toEqual(["ImageReady", "ImageRejected", "ImageRemoved"]);
  });
});

it("a CDN that is busy for hours delays no image and no event, and is asked again until it follows", async () => {
  const key = "busy.jpg";
  await upload(key, photo);
  await pipeline.drainQueue();
  const before = await pipeline.get(deriveImageId(key));
  cloud.cdn.beBusy(3);
  await cloud.adapters.originals.delete(key);
  expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
  expect(listEvents(key).map(({ type }) => type)).toEqual(["ImageReady", "ImageRemoved"]);
  for (let times = 0; times < 3; times += 1) await expect(cloud.invalidate()).rejects.toThrow("did not take");
  await cloud.invalidate();
  for (const rendition of before?.renditions ?? []) expect(cloud.cdn.isInvalidated(rendition.key)).toBe(true);
  expect(cloud.dead()).toEqual([]);
});

it("renditions have the headers of their formats, and a copy is never shown inline", async () => {
  const thumbnails = { card: thumbnailSpec({ width: 80, format: "webp" }), master: { copy: true as const } };
  const config = { ...DEFAULT_CONFIG, thumbnails };
  await upload("headers.jpg", photo);
  await definePipeline({ ...cloud.adapters, engine: sharpEngine(), config }).drainQueue();
  const { renditions = [] } = (await pipeline.get(deriveImageId("headers.jpg"))) ?? {};
  const headers = await Promise.all(
    renditions.map(async ({ name, key: Key }) => {
      const place = { Bucket: "renditions", Key };
      const { ContentType, CacheControl, ContentDisposition } = await cloud.clients.s3.send(
        new GetObjectCommand(place),
      );
      return [name, ContentType, CacheControl, ContentDisposition];
    }),
  );
  expect(headers).toEqual([
    ["card", "image/webp", "public, max-age=31536000, immutable", undefined],
    ["master", "image/jpeg", "public, max-age=31536000, immutable", "attachment"],
  ]);
  await cloud.adapters.originals.delete("headers.jpg");
  await pipeline.drainQueue();
});

it("an upload by a form, and an image that a caller processes and removes, have the same result", async () => {
  const ticket = { key: "form.jpg", contentType: "image/jpeg", maxBytes: photo.length, expiresIn: 60 };
  expect(await sendTicket(await cloud.adapters.tickets.issue(ticket), photo)).toBe(true);
  await pipeline.drainQueue();
  expect(await pipeline.get(deriveImageId("form.jpg"))).toMatchObject({ status: "ready" });

  expect(await pipeline.process({ key: "call.jpg", bytes: photo })).toMatchObject({ status: "ready" });
  await pipeline.drainQueue();
  expect(await pipeline.get(deriveImageId("call.jpg"))).toMatchObject({ status: "ready" });
  expect(await pipeline.remove(deriveImageId("call.jpg"))).toBe(true);
  await pipeline.drainQueue();
  expect(await pipeline.get(deriveImageId("call.jpg"))).toBeUndefined();
  expect((await pipeline.list({ limit: 10 })).items.map(({ key }) => key)).toEqual(["form.jpg"]);
  expect(cloud.waiting()).toEqual([]);
});

it("an unreadable message delays no other change, and ends in the dead-letter queue", async () => {
  const { sqs } = cloud.clients;
  const QueueUrl = cloud.options.queueUrl;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "unreadable" }));
  await upload("beside.jpg", photo);
  await pipeline.drainQueue();
  expect(await pipeline.get(deriveImageId("beside.jpg"))).toMatchObject({ status: "ready" });
  // From here on a message comes again at once, as if each receiver's time were over.
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: "0" } }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "unreadable too" }));
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    expect(cloud.dead()).toEqual([]);
    await pipeline.drainQueue();
  }
  await pipeline.drainQueue();
  expect(cloud.dead()).toEqual(["unreadable too"]);
});
