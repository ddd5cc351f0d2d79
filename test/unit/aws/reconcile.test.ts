import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { AWS_PRICES, computeWorkBill } from "../../../src/adapters/aws/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { summarizeDifferences } from "../../../src/domain/model/difference.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ConfigurationInput } from "../../../src/domain/model/pipeline-config.js";
import type { Pipeline, ReconcileOptions } from "../../../src/domain/pipeline.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { recordCommands, type SentCommand } from "../../support/cloud/recorder.js";
import { computeItemSize } from "../../support/infra/cost.js";
import { chooseCount } from "../../support/sample.js";

const BEFORE: ConfigurationInput = { thumbnails: { thumb: { width: 8 }, card: { width: 12 } } };
const BETWEEN: ConfigurationInput = { thumbnails: { thumb: { width: 8 }, card: { width: 14 } } };
const AFTER: ConfigurationInput = {
  thumbnails: { thumb: { width: 8 }, card: { width: 16 }, more: { width: 4 } },
};

/** Everything at rest: nobody else is at work. */
const NOW: ReconcileOptions = { graceMs: 0, rate: 1e9 };

let cloud: Cloud;
let sent: SentCommand[];

beforeAll(async () => {
  cloud = await startCloud({ scans: true });
  sent = recordCommands(Object.values(cloud.clients));
});
afterAll(() => cloud.close());

const open = (config: ConfigurationInput): Pipeline =>
  definePipeline({ ...cloud.adapters, engine: createFakeEngine(), config });

const summarize = (pipeline: Pipeline, options: ReconcileOptions = {}) =>
  summarizeDifferences(pipeline.reconcile({ ...NOW, ...options }));

function put(Key: string, payload = Key): Promise<unknown> {
  const Body = createFakeImage({ format: "png", width: 40, height: 30, payload });
  return cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key, Body }));
}

/** The notifications that wait are lost. */
async function loseChanges(): Promise<void> {
  const { queue } = cloud.adapters;
  for (;;) {
    const some = await queue.receive({ limit: 10 });
    if (some.length === 0) return;
    await Promise.all(some.map(({ id }) => queue.acknowledge(id)));
  }
}

/** The commands that were sent, as quantities of a bill, in the order of its lines; time and logs are assumed. */
function measureQuantities(commands: readonly SentCommand[]) {
  const count = (...names: string[]) => commands.filter(({ name }) => names.includes(name)).length;
  return {
    "S3, writing and listing": count("PutObject", "ListObjectsV2"),
    "S3, reading": count("GetObject", "HeadObject"),
    "DynamoDB, writing records": commands
      .filter(({ name }) => name === "PutItem")
      .reduce(
        (units, { input }) =>
          units + Math.ceil(computeItemSize(input.Item) / 1_024) + countIndexWrites(input),
        0,
      ),
    "DynamoDB, reading records": count("GetItem"),
    SQS: 3 * count("SendMessage"),
    SNS: count("Publish"),
    "CloudFront, paths": commands
      .filter(({ name, input }) => name === "SendMessage" && String(input.QueueUrl).includes("invalidations"))
      .reduce((paths, { input }) => paths + (String(input.MessageBody).match(/\.png/g)?.length ?? 0), 0),
  };
}

/** An image that is new comes into two indexes; one that goes leaves them, and its tombstone comes into one. */
function countIndexWrites({ Item, ConditionExpression }: SentCommand["input"]): number {
  const { status, expiresAt } = Item as Record<string, { readonly S: string }>;
  if (ConditionExpression === "attribute_not_exists(imageId)") return 2;
  if (status?.S !== "removed") return 0;
  return expiresAt ? 1 : 2;
}

describe("reconciling on AWS", () => {
  it("makes images of objects that nobody told of, by listing their bucket, and copies none", async () => {
    const count = chooseCount({ fast: 8, ordinary: 8, long: 60 }, "SAFELIGHT_OBJECTS");
    const keys = Array.from({ length: count }, (_, index) => `there before/${index}.png`);
    await Promise.all(keys.map((key) => put(key)));
    await loseChanges();
    const pipeline = open(BEFORE);
    sent.length = 0;
    const taken = await summarize(pipeline, { apply: true, only: ["unrecorded-original"] });
    expect(taken).toMatchObject({ images: count, outcomes: { requested: count } });
    await pipeline.drainQueue({ concurrency: 16 });
    const written = sent.filter(({ name }) => name === "PutObject").map(({ input }) => input.Bucket);
    expect(new Set(written)).toEqual(new Set(["renditions"]));
    for (const key of keys) expect((await pipeline.get(deriveImageId(key)))?.status).toBe("ready");
    expect(await summarize(pipeline)).toMatchObject({ images: 0 });
  }, 120_000);

  it("costs what its plan says, with replacements, removals, new and broken images and a second re-rendering in it", async () => {
    const each = chooseCount({ fast: 3, ordinary: 3, long: 12 });
    const before = open(BEFORE);
    const createKeys = (kind: string) =>
      Array.from({ length: each }, (_, index) => `bill/${kind} ${index}.png`);
    const kinds = ["stays", "replaced", "removed", "added", "stored anew", "not a picture"];
    const [stays, replaced, removed, added, anew, broken] = kinds.map(createKeys);
    for (const key of [stays, replaced, removed, anew].flatMap((keys) => keys ?? [])) await put(key);
    for (const Key of broken ?? [])
      await cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key, Body: "no picture" }));
    await before.drainQueue({ concurrency: 16 });
    // Rows grow by the words of people and by the keys of renditions that were dropped.
    const [first = ""] = stays ?? [];
    await before.edit(deriveImageId(first), { alt: "a long description ".repeat(50) });
    const between = open(BETWEEN);
    await summarize(between, { apply: true });
    await between.drainQueue({ concurrency: 16 });
    for (const key of replaced ?? []) await put(key, "another picture");
    for (const key of anew ?? []) await put(key);
    for (const Key of removed ?? [])
      await cloud.clients.s3.send(new DeleteObjectCommand({ Bucket: "originals", Key }));
    for (const key of added ?? []) await put(key);
    await loseChanges();

    const pipeline = open(AFTER);
    sent.length = 0;
    const plan = await summarize(pipeline);
    const compared = measureQuantities(sent);
    sent.length = 0;
    const done = await summarize(pipeline, { apply: true });
    expect(done.work).toEqual(plan.work);
    await pipeline.drainQueue({ concurrency: 16 });
    const run = measureQuantities(sent);
    const bill = computeWorkBill(plan.work);
    const known = bill.filter(({ what }) => what in run);
    const lines = known.map(({ what, quantity, dollars }) => {
      const seen = run[what as keyof typeof run] - compared[what as keyof typeof run];
      return { what, quantity, seen, dollars, seenDollars: (dollars / quantity) * seen };
    });
    const add = (name: "dollars" | "seenDollars", some: typeof lines) =>
      some.reduce((sum, line) => sum + line[name], 0);
    // Paths cost more than all the rest together.
    const cheap = lines.filter(({ what }) => what !== "CloudFront, paths");
    for (const some of [lines, cheap])
      expect(Math.abs(add("seenDollars", some) / add("dollars", some) - 1)).toBeLessThan(0.01);
    const counted = lines.filter(({ what }) => what !== "DynamoDB, writing records");
    expect(counted.map(({ what, quantity }) => [what, quantity])).toEqual(
      counted.map(({ what, seen }) => [what, seen]),
    );
    expect(await summarize(pipeline)).toMatchObject({ images: 0 });
  }, 120_000);

  it("is billed by a price table of one's own", async () => {
    const { work } = await summarize(open({ thumbnails: { other: { width: 5 } } }));
    const findLine = (prices = {}) => computeWorkBill(work, { prices }).find(({ what }) => what === "SNS");
    expect(findLine()?.dollars).toBeCloseTo(((findLine()?.quantity ?? 0) * AWS_PRICES.sns) / 1e6, 12);
    expect(findLine({ sns: 5e6 })?.dollars).toBeCloseTo(5 * (findLine()?.quantity ?? 0), 9);
  });
});
