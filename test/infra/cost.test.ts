import type { WriteRequest } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { FUNCTION_SIZES } from "../../infra/parts/function-sizes.js";
import { DynamoMetadataRepository } from "../../src/adapters/aws/metadata-repository.js";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { DEFAULT_CONFIG } from "../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { createRecord, createVersion } from "../../src/ports/contracts/metadata-repository/records.js";
import { type Cloud, startCloud } from "../support/cloud/cloud.js";
import { countByName, recordCommands, type SentCommand } from "../support/cloud/recorder.js";
import { drawTestImage } from "../support/images.js";
import {
  computeBill,
  computeEntryUnits,
  computeItemSize,
  formatCostTable,
  type Operations,
  PRICES,
} from "../support/infra/cost.js";
import { readText } from "../support/repository.js";

let cloud: Cloud;
let sent: SentCommand[];
let measured: Operations[];
/** Write units of the entries of a name, when an image comes and when it is replaced by another one of another name. */
let entryUnits: readonly number[];

beforeAll(async () => {
  cloud = await startCloud();
  sent = recordCommands(Object.values(cloud.clients));
  measured = [];
  for (const renditions of [2, 3, 8]) measured.push(await settleOne(renditions));
  entryUnits = await countEntries();
});

afterAll(() => cloud.close());

/** Uploads one image, settles it, and counts what that took. */
async function settleOne(renditions: number): Promise<Operations> {
  const widths = Array.from({ length: renditions }, (_, index) => 20 + 10 * index);
  const thumbnails = Object.fromEntries(widths.map((width) => [`w${width}`, thumbnailSpec({ width })]));
  const config = { ...DEFAULT_CONFIG, thumbnails };
  const pipeline = definePipeline({ ...cloud.adapters, engine: sharpEngine(), config });
  const Body = await drawTestImage({ width: 160, height: 120 });
  const Key = `with-${renditions}.jpg`;
  await cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key, Body }));
  const [delivery] = await cloud.adapters.queue.receive({ limit: 1 });
  if (!delivery) throw new Error("expected a change but received none");
  sent.length = 0;
  await pipeline.settle(delivery);
  const counts = countByName(sent);
  const itemBytes = sent
    .filter(({ name }) => name === "PutItem")
    .map(({ input }) => computeItemSize(input.Item));
  await cloud.adapters.queue.acknowledge(delivery.id);
  return {
    renditions,
    gets: counts.GetObject ?? 0,
    puts: counts.PutObject ?? 0,
    recordReads: counts.GetItem ?? 0,
    itemBytes,
    events: counts.Publish ?? 0,
  };
}

/** Commits a record and its replacement where images are searched by name, and counts the rows that this takes beside theirs. */
async function countEntries(): Promise<readonly number[]> {
  const records = new DynamoMetadataRepository({
    client: cloud.clients.dynamodb,
    table: "ImageMetadata",
    searchByName: true,
  });
  const first = createRecord("named", { fileName: "old.jpg" });
  const second = createRecord("named", { fileName: "new.jpg", version: createVersion(2), edition: 2 });
  const units: number[] = [];
  for (const [record, replacing] of [
    [first, "nothing"],
    [second, first],
  ] as const) {
    sent.length = 0;
    await records.commit(record, { replacing });
    const requests = sent
      .filter(({ name }) => name === "BatchWriteItem")
      .flatMap(({ input }) =>
        Object.values(input.RequestItems as Record<string, readonly WriteRequest[]>).flat(),
      );
    const puts = requests.filter(({ PutRequest }) => PutRequest);
    for (const { PutRequest } of puts) expect(computeItemSize(PutRequest?.Item)).toBeLessThan(1_024);
    units.push(computeEntryUnits(puts.length, requests.length - puts.length));
  }
  return units;
}

describe("what a million images cost", () => {
  it("matches the documentation, by the operations that are really sent", () => {
    expect(readText("docs/cost.md")).toContain(formatCostTable(measured));
  });

  it("is at most 25 dollars with two renditions", () => {
    const [two] = measured;
    if (!two) throw new Error("expected a measurement");
    expect(computeBill(two).reduce((sum, { dollars }) => sum + dollars, 0)).toBeLessThanOrEqual(25);
  });

  it("increases with searches by name by what the documentation says", () => {
    const [coming = 0, replacing = 0] = entryUnits.map((units) =>
      Number((units * PRICES["DynamoDB write unit, a million"]).toFixed(2)),
    );
    expect(readText("docs/cost.md")).toContain(
      `| searching by name (\`searchByName\`), for each owner's images twice that | ${coming} when they come, ${replacing} when they are replaced |`,
    );
  });

  it("increases with a webhook and with several formats of a spec by one operation each, as the documentation says", () => {
    const delivery = PRICES["SNS delivery by HTTPS, a million"].toFixed(2);
    const invocation = PRICES["CloudFront Functions invocation, a million"].toFixed(2);
    expect(readText("docs/cost.md")).toContain(`1 delivery each | ${delivery}, and`);
    expect(readText("docs/cost.md")).toContain(`runs with each view | ${invocation} more |`);
  });

  it("is documented with every price in it", () => {
    for (const [what, dollars] of Object.entries(PRICES))
      expect(readText("docs/cost.md")).toContain(`| ${what} | ${dollars} |`);
  });

  it("increases by the price of one write for each further rendition", () => {
    const [, three, eight] = measured.map(
      (one) => computeBill(one).find(({ what }) => what.includes("renditions"))?.dollars,
    );
    expect((eight ?? 0) - (three ?? 0)).toBeCloseTo(25);
  });
});

/** Megabytes that the function itself, Node and the original take beside what is decoded, with a margin. */
const BESIDE_DECODING = 400;

it("the function's memory holds every picture that the default configuration takes", () => {
  const { memorySize } = FUNCTION_SIZES.process;
  expect(memorySize).toBeGreaterThan(DEFAULT_CONFIG.uploads.maxCost / 1e6 + BESIDE_DECODING);
});
