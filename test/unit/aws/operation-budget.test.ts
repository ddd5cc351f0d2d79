import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { Delivery } from "../../../src/domain/model/change.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { countByName, recordCommands, type SentCommand } from "../../support/cloud/recorder.js";
import { drawTestImage } from "../../support/images.js";

/** Three renditions of each image. */
const CONFIG = {
  ...DEFAULT_CONFIG,
  thumbnails: {
    thumb: thumbnailSpec({ width: 40 }),
    card: thumbnailSpec({ width: 80, format: "webp" }),
    copy: { copy: true as const },
  },
};
const RENDITIONS = 3;

/** All requests that settling a fresh upload may send. */
const FRESH = { GetItem: 1, GetObject: 1, PutObject: RENDITIONS, PutItem: 2, Publish: 1 };

/**
 * The requests where an image was there before. Added is a look at the original, which may still be the one
 * that was settled. The message is for the names that were public, which the CDN is to drop.
 */
const REPLACING = { ...FRESH, HeadObject: 1, ListObjectsV2: 1, DeleteObjects: 1, SendMessage: 1 };

let cloud: Cloud;
let pipeline: Pipeline;
let sent: SentCommand[];
let [first, second]: Uint8Array[] = [];

beforeAll(async () => {
  cloud = await startCloud();
  pipeline = definePipeline({ ...cloud.adapters, engine: sharpEngine(), config: CONFIG });
  sent = recordCommands(Object.values(cloud.clients));
  first = await drawTestImage({ width: 160, height: 120 });
  second = await drawTestImage({ width: 120, height: 160 });
});

afterAll(() => cloud.close());

beforeEach(() => {
  sent.length = 0;
});

async function upload(Key: string, Body: Uint8Array | undefined): Promise<void> {
  await cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key, Body }));
}

/** Takes the changes that wait and settles them, noting only what the settling itself sends. */
async function settleWaiting(): Promise<{ counts: Readonly<Record<string, number>>; delivery: Delivery }> {
  const [delivery, ...others] = await cloud.adapters.queue.receive({ limit: 10 });
  if (!delivery || others.length > 0)
    throw new Error(`expected one change but received ${others.length + 1}`);
  sent.length = 0;
  await pipeline.settle(delivery);
  const counts = countByName(sent);
  await cloud.adapters.queue.acknowledge(delivery.id);
  return { counts, delivery };
}

describe("the budget of operations", () => {
  it("is one read of the original, one write for each rendition and three of the record for a fresh upload", async () => {
    await upload("fresh.jpg", first);
    expect((await settleWaiting()).counts).toEqual(FRESH);
    const writes = sent.filter(({ name }) => name === "PutItem").map(({ input }) => input);
    expect(writes.map(({ ConditionExpression }) => ConditionExpression)).toEqual([
      "attribute_not_exists(imageId)",
      "#version = :version AND #edition = :edition AND #schema = :schema",
    ]);
    const reads = sent.filter(({ name }) => name === "GetObject").map(({ input }) => input);
    expect(reads).toMatchObject([{ Bucket: "originals", IfMatch: expect.stringMatching(/^".+"$/) }]);
    expect((await pipeline.get(deriveImageId("fresh.jpg")))?.renditions).toHaveLength(RENDITIONS);
  });

  it("adds one HeadObject, one listing and one batch delete for a replacement", async () => {
    await upload("replaced.jpg", first);
    await settleWaiting();
    await upload("replaced.jpg", second);
    expect((await settleWaiting()).counts).toEqual(REPLACING);
    const deletes = sent.filter(({ name }) => name === "DeleteObjects").map(({ input }) => input.Delete);
    expect(deletes).toMatchObject([{ Objects: { length: RENDITIONS } }]);
    const { items } = await cloud.adapters.renditions.list(`${deriveImageId("replaced.jpg")}/`);
    expect(items).toHaveLength(RENDITIONS);
  });

  it("is the same for an upload through the pipeline, which adds a PutObject, a HeadObject and a pending record", async () => {
    await pipeline.upload({ key: "posted.jpg", bytes: first ?? new Uint8Array() });
    // The notification goes through the client of the tests as well.
    const { SendMessage: _notification, ...own } = countByName(sent);
    expect(own).toEqual({ PutObject: 1, HeadObject: 1, PutItem: 1 });
    // A pending record may be all that is left of a handler that died: what it wrote has to be looked for.
    expect((await settleWaiting()).counts).toEqual({ ...FRESH, ListObjectsV2: 1 });
  });

  it("is one read of the record and one listing for a repeated change", async () => {
    await upload("again.jpg", first);
    const { delivery } = await settleWaiting();
    sent.length = 0;
    await pipeline.settle(delivery);
    expect(countByName(sent)).toEqual({ GetItem: 1, ListObjectsV2: 1 });
  });

  it("is one look at record, original and files each, and one write, if nothing is to be done, and no URL changes", async () => {
    await upload("same.jpg", first);
    const { delivery } = await settleWaiting();
    const before = await pipeline.get(deriveImageId("same.jpg"));
    const { change } = delivery;
    if (change.type !== "created") throw new Error(`expected an upload but received ${change.type}`);
    const expired = { type: "unknown", key: change.key, sequencer: `${change.sequencer}0` } as const;
    const nothing = { GetItem: 1, HeadObject: 1, ListObjectsV2: 2, PutItem: 1 };
    sent.length = 0;
    await pipeline.settle({ ...delivery, change: expired });
    // One look tells what has happened, the other one whether there is anything to do.
    expect(countByName(sent)).toEqual({ ...nothing, HeadObject: 2 });
    for (let times = 0; times < 3; times += 1) {
      await pipeline.requestProcessing("same.jpg");
      expect((await settleWaiting()).counts).toEqual(nothing);
    }
    expect(await pipeline.get(deriveImageId("same.jpg"))).toEqual(before);
  });

  it("is one rendition, one event and no invalidation for a spec beside others, whose URLs stay", async () => {
    await upload("more.jpg", first);
    await settleWaiting();
    const before = await pipeline.get(deriveImageId("more.jpg"));
    const wide = thumbnailSpec({ width: 120 });
    const config = { ...CONFIG, thumbnails: { ...CONFIG.thumbnails, wide } };
    const more = definePipeline({ ...cloud.adapters, engine: sharpEngine(), config });
    await more.requestProcessing("more.jpg");
    const [delivery] = await cloud.adapters.queue.receive({ limit: 1 });
    if (!delivery) throw new Error("expected a request but received none");
    sent.length = 0;
    await more.settle(delivery);
    const { GetItem, HeadObject = 0, ListObjectsV2, ...rest } = countByName(sent);
    expect(rest).toEqual({ GetObject: 1, PutObject: 1, PutItem: 2, Publish: 1 });
    expect([GetItem, HeadObject, ListObjectsV2]).toEqual([1, 0, 2]);
    await cloud.adapters.queue.acknowledge(delivery.id);
    const after = await more.get(deriveImageId("more.jpg"));
    expect(after?.renditions.slice(0, RENDITIONS)).toEqual(before?.renditions);
    expect(after?.renditions.map(({ name }) => name)).toEqual(["thumb", "card", "copy", "wide"]);
  });

  it("is no rendition and no listing for an upload that is no image", async () => {
    await upload("broken.jpg", Buffer.from("not a picture, but long enough to be taken for one"));
    expect((await settleWaiting()).counts).toEqual({ GetItem: 1, GetObject: 1, PutItem: 2, Publish: 1 });
  });

  it("reads no original for a removal", async () => {
    await upload("removed.jpg", first);
    await settleWaiting();
    await cloud.clients.s3.send(new DeleteObjectCommand({ Bucket: "originals", Key: "removed.jpg" }));
    const removal = { GetItem: 1, PutItem: 2, ListObjectsV2: 1, DeleteObjects: 1, SendMessage: 1 };
    expect((await settleWaiting()).counts).toEqual({ ...removal, Publish: 1 });
  });
});

it("the local DynamoDB lets nobody scan", async () => {
  const scan = new ScanCommand({ TableName: "ImageMetadata" });
  await expect(cloud.clients.dynamodb.send(scan)).rejects.toMatchObject({ name: "AccessDeniedException" });
});
