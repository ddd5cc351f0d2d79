import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { DEFAULT_CONFIG } from "../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { type Cloud, startCloud } from "../support/cloud/cloud.js";
import { drawTestImage } from "../support/images.js";
import { takeAll } from "../support/lambda/event-source.js";
import { readText } from "../support/repository.js";

/** CloudFront's charge for a path, in US dollars. */
const PRICE = 0.005;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud();
});

afterAll(() => cloud.close());

function createCountedPipeline(renditions: number, smallest: number) {
  const widths = Array.from({ length: renditions }, (_, index) => smallest + 10 * index);
  const thumbnails = Object.fromEntries(
    widths.map((width, index) => [`w${index}`, thumbnailSpec({ width })]),
  );
  return definePipeline({
    ...cloud.adapters,
    engine: sharpEngine(),
    config: { ...DEFAULT_CONFIG, thumbnails },
  });
}

/** How many paths one image asks to be invalidated when it is rendered again, replaced and removed. */
async function countPaths(renditions: number) {
  const place = { Bucket: "originals", Key: `with-${renditions}.jpg` };
  const { s3, sqs } = cloud.clients;
  const count = async (pipeline = createCountedPipeline(renditions, 30)) => {
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    const bodies = await takeAll(sqs, cloud.options.invalidationQueueUrl ?? "");
    return bodies.flatMap((body) => JSON.parse(body).invalidations as readonly string[]).length;
  };
  await s3.send(new PutObjectCommand({ ...place, Body: await drawTestImage({ width: 160, height: 120 }) }));
  const uploaded = await count(createCountedPipeline(renditions, 20));
  await createCountedPipeline(renditions, 30).requestProcessing(place.Key);
  const renderedAgain = await count();
  await s3.send(new PutObjectCommand({ ...place, Body: await drawTestImage({ width: 120, height: 160 }) }));
  const replaced = await count();
  await s3.send(new DeleteObjectCommand(place));
  const removed = await count();
  return { uploaded, renderedAgain, replaced, removed };
}

it("what a million images cost in invalidated paths is documented for each rendition, as it is really requested", async () => {
  const numbers = [2, 3, 8];
  const counts: Awaited<ReturnType<typeof countPaths>>[] = [];
  for (const renditions of numbers) counts.push(await countPaths(renditions));
  const formatRow = (what: string, pick: (count: (typeof counts)[number]) => number) => {
    const dollars = counts.map((one) => (pick(one) * 1_000_000 * PRICE).toLocaleString("en-US"));
    return `| ${[what, ...dollars].join(" | ")} |`;
  };
  const table = [
    formatRow("uploading them", ({ uploaded }) => uploaded),
    formatRow("rendering them again without `invalidate`", ({ renderedAgain }) => renderedAgain),
    formatRow("removing or replacing them", ({ removed }) => removed),
    formatRow(
      "the same, once they were rendered again under another configuration",
      ({ replaced }) => replaced,
    ),
  ].join("\n");
  expect(counts.map(({ removed }) => removed)).toEqual(numbers);
  expect(readText("docs/cost.md")).toContain(table);
});
