import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { DEFAULT_CONFIG } from "../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { definePipeline } from "../../src/domain/pipeline.js";
import { type Cloud, startCloud } from "../support/cloud/cloud.js";
import { countByName, recordCommands, type SentCommand } from "../support/cloud/recorder.js";
import { drawTestImage } from "../support/images.js";
import { computeBill, formatCostTable, type Operations, PRICES } from "../support/infra/cost.js";
import { readText } from "../support/repository.js";

let cloud: Cloud;
let sent: SentCommand[];
let measured: Operations[];

beforeAll(async () => {
  cloud = await startCloud();
  sent = recordCommands(Object.values(cloud.clients));
  measured = [];
  for (const renditions of [2, 3, 8]) measured.push(await settleOne(renditions));
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
  const itemBytes = sent.filter(({ name }) => name === "PutItem").map(({ input }) => computeSize(input.Item));
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

/** Bytes of an item by DynamoDB's rules: names and texts in UTF-8, numbers by two digits, 3 for a list or map and 1 for each in it. */
function computeSize(item: unknown): number {
  const values = Object.entries((item ?? {}) as Readonly<Record<string, AttributeValue>>);
  return values.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + computeValueSize(value), 0);
}

function computeValueSize({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (L) return 3 + L.reduce((sum, value) => sum + 1 + computeValueSize(value), 0);
  if (M) return 3 + Object.keys(M).length + computeSize(M);
  throw new Error("expected a text, a number, a list or a map");
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
