import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, it } from "@jest/globals";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ReadyRecord } from "../../../src/domain/model/image-record.js";
import { originalKey } from "../../../src/domain/model/original-key.js";
import { iterateItems } from "../../../src/domain/model/page.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { fillTable } from "../../support/cloud/fill-table.js";
import { createVariables } from "../../support/lambda/deploy.js";
import { chooseCount } from "../../support/sample.js";
import { startChild } from "../../support/typescript-child.js";

const count = chooseCount({ fast: 200, ordinary: 200, long: 1_000 }, "SAFELIGHT_IMAGES");

/** Of fewer images than this, a tenth is too few to compare memory with. */
const MANY = 10_000;

const CONFIG = {
  thumbnails: { thumb: { width: 8, format: "jpeg" as const }, card: { width: 6, format: "jpeg" as const } },
};

/** One in so many originals has no record. */
const DIFFERS = 100;

const AT_ONCE = 16;

async function workOff<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const left = items.values();
  const run = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
}

/** Lays originals, files and records as settling would leave them, only faster; one original in a hundred has no record. */
async function fillCloud({ clients, adapters, options }: Cloud): Promise<void> {
  const Body = createFakeImage({ format: "png", width: 40, height: 30 });
  const put = (Bucket: string, Key: string) => clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  await definePipeline({ ...adapters, engine: createFakeEngine(), config: CONFIG }).process({
    key: "0.png",
    bytes: Body,
  });
  const model = (await adapters.records.get(deriveImageId("0.png"))) as ReadyRecord;
  const keys = Array.from({ length: count - 1 }, (_, index) => `${index + 1}.png`);
  await workOff(keys, (key) => put(options.originals, key));
  const records: ReadyRecord[] = [];
  for await (const { key: listed, etag, storedAt } of iterateItems((cursor) =>
    adapters.originals.list("", { cursor }),
  )) {
    const key = originalKey(listed);
    if (key === "0.png" || Number(key.split(".")[0]) % DIFFERS === 1) continue;
    const imageId = deriveImageId(key);
    const renditions = model.renditions.map((one) => ({
      ...one,
      key: one.key.replace(model.imageId, imageId) as typeof one.key,
    }));
    records.push({ ...model, imageId, key, etag, createdAt: storedAt.toISOString(), renditions });
  }
  await workOff(
    records.flatMap(({ renditions }) => renditions),
    ({ key }) => put("renditions", key),
  );
  await fillTable(clients.dynamodb, "ImageMetadata", records);
}

it(`compares ${count} images on the local cloud, in memory that does not grow with them`, async () => {
  const cloud = await startCloud({ scans: true });
  try {
    await fillCloud(cloud);
    const different = count / DIFFERS;
    const settled = count - different;
    const { originals, queueUrl } = cloud.options;
    const all = String(count + 3 * settled);
    const values = [all, originals, queueUrl, JSON.stringify(CONFIG), JSON.stringify(createVariables(cloud))];
    const child = startChild("reconcile-cloud-child.ts", ...values);
    try {
      const said = JSON.parse((await child.readLine()) ?? "");
      if (process.env.SAFELIGHT_IMAGES) console.log(said);
      expect(said.findings).toEqual({ "unrecorded-original": different });
      const lists = Math.ceil(count / 1_000) + Math.ceil((2 * settled) / 1_000);
      expect(said.requests).toEqual({
        // A listing of the files of each image that differs.
        "S3 ListObjectsV2": lists + different,
        "S3 HeadObject": different,
        "DynamoDB BatchGetItem": expect.any(Number),
        // Two of each that differs, and one of what the deployment says of itself.
        "DynamoDB GetItem": 2 * different + 1,
        "DynamoDB Scan": expect.any(Number),
      });
      expect(said.requests["DynamoDB BatchGetItem"]).toBeLessThanOrEqual(2 * (count / 100));
      if (count >= MANY) expect(said.highest / said.atTenth).toBeLessThanOrEqual(1.1);
    } finally {
      await child.kill();
    }
  } finally {
    await cloud.close();
  }
}, 1_200_000);
