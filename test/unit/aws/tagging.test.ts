import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { aws } from "../../../src/adapters/aws/index.js";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { watermarkPolicy } from "../../../src/domain/model/watermark-policy.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import { createClientOptions } from "../../support/cloud/clients.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { startRekognition } from "../../support/cloud/rekognition.js";
import { drawTestImage } from "../../support/images.js";

let cloud: Cloud;
let rekognition: Awaited<ReturnType<typeof startRekognition>>;
let client: RekognitionClient;
let photo: Uint8Array;
/** Another one for each test. */
let key: string;
let tests = 0;

beforeAll(async () => {
  [cloud, rekognition] = await Promise.all([startCloud(), startRekognition()]);
  client = new RekognitionClient(createClientOptions(rekognition.endpoint));
  photo = await drawTestImage({ width: 900, height: 600 });
});

beforeEach(() => {
  tests += 1;
  key = `${tests}.jpg`;
  rekognition.requests.length = 0;
  rekognition.fail();
  rekognition.moderate(true);
});

afterAll(async () => {
  client.destroy();
  await Promise.all([cloud.close(), rekognition.close()]);
});

/** The pipeline of a deployment that tags. */
function createPipeline({ moderation }: { moderation: boolean }): Pipeline {
  const policy = { ...DEFAULT_CONFIG.tagging, provider: "rekognition", moderation };
  const { clients } = cloud;
  const adapters = aws({
    ...cloud.options,
    clients: { ...clients, rekognition: client },
    tagging: { maxLabels: policy.maxLabels, minConfidence: policy.minConfidence, moderation },
  });
  const config = {
    ...DEFAULT_CONFIG,
    thumbnails: { thumb: thumbnailSpec({ width: 700 }) },
    watermark: watermarkPolicy({ text: "mine", tile: true, opacity: 1 }),
    tagging: policy,
  };
  return definePipeline({ ...adapters, engine: sharpEngine(), config });
}

async function upload(Body: Uint8Array): Promise<void> {
  await cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key: key, Body }));
}

const listRenditions = async () => (await cloud.adapters.renditions.list(`${deriveImageId(key)}/`)).items;

describe("tagging by Rekognition", () => {
  it("shows it a small JPEG without a watermark, never the original, and lists the image by the tags", async () => {
    const pipeline = createPipeline({ moderation: false });
    await upload(photo);
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    const [shown, ...others] = rekognition.pictures();
    expect(others).toEqual([]);
    const { format, width, height } = await sharp(shown).metadata();
    expect({ format, width, height }).toEqual({ format: "jpeg", width: 512, height: 341 });
    const [stored] = await listRenditions();
    const { bytes: watermarked } = await cloud.adapters.renditions.get(stored?.key ?? "");
    expect(await computeDistance(shown ?? photo, photo)).toBeLessThan(5);
    expect(await computeDistance(watermarked, photo)).toBeGreaterThan(10);
    expect((await pipeline.list({ tag: "Animal" })).items.map((item) => item.key)).toEqual([key]);
    expect((await pipeline.get(deriveImageId(key)))?.tags).toEqual(["Animal", "Cat"]);
  });

  it("is not called again while the content is the same", async () => {
    const pipeline = createPipeline({ moderation: false });
    await upload(photo);
    await pipeline.drainQueue();
    await upload(photo);
    await pipeline.drainQueue();
    await pipeline.process({ key, bytes: photo }, { force: true });
    expect(rekognition.requests).toHaveLength(1);
    await upload(await drawTestImage({ width: 600, height: 900 }));
    await pipeline.drainQueue();
    expect(rekognition.requests).toHaveLength(2);
  });

  it.each([["ThrottlingException"], ["InvalidImageFormatException"]])(
    "that fails with %s does not keep an image from becoming ready, with moderation neither",
    async (name) => {
      rekognition.fail(name);
      for (const moderation of [false, true]) {
        const pipeline = createPipeline({ moderation });
        await upload(photo);
        expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
        expect(await pipeline.get(deriveImageId(key))).toMatchObject({ status: "ready", tags: [] });
      }
      rekognition.fail();
      const pipeline = createPipeline({ moderation: false });
      await upload(photo);
      await pipeline.drainQueue();
      expect((await pipeline.get(deriveImageId(key)))?.tags).toEqual(["Animal", "Cat"]);
    },
  );
});

describe("moderation by Rekognition", () => {
  it("rejects an image in which it finds something, publishes that, and stores nothing of it", async () => {
    const pipeline = createPipeline({ moderation: true });
    await upload(photo);
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    const image = await pipeline.get(deriveImageId(key));
    expect(image).toMatchObject({
      status: "rejected",
      renditions: [],
      tags: [],
      failure: { code: "forbidden" },
    });
    expect(image?.failure?.message).toContain("Weapons");
    expect(await listRenditions()).toEqual([]);
    expect(cloud.events().filter((event) => event.key === key)).toMatchObject([
      { type: "ImageRejected", record: { status: "rejected" } },
    ]);
    expect((await pipeline.list({ status: "rejected" })).items.map((item) => item.key)).toEqual([key]);
  });

  it("removes renditions that were public before, and accepts images without a finding", async () => {
    await upload(photo);
    await createPipeline({ moderation: false }).drainQueue();
    expect(await listRenditions()).toHaveLength(1);
    const strict = createPipeline({ moderation: true });
    await upload(photo);
    await strict.drainQueue();
    expect(await strict.get(deriveImageId(key))).toMatchObject({ status: "rejected" });
    expect(await listRenditions()).toEqual([]);
    rekognition.moderate(false);
    // Another picture: the same one, stored within the second that S3 tells, would be the one that was looked at.
    await upload(await drawTestImage({ width: 800, height: 600 }));
    await strict.drainQueue();
    expect(await strict.get(deriveImageId(key))).toMatchObject({ status: "ready" });
    expect(await listRenditions()).toHaveLength(1);
  });
});

/** The mean difference of two pictures at the size of what a tagger is shown, 0 to 255. */
async function computeDistance(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all(
    [one, other].map((picture) => sharp(picture).resize(512, 341).removeAlpha().raw().toBuffer()),
  );
  const values = [...(a ?? [])];
  return values.reduce((sum, value, index) => sum + Math.abs(value - (b?.[index] ?? 0)), 0) / values.length;
}
