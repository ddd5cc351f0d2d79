import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "@jest/globals";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import type { Page } from "../../../src/domain/model/page.js";
import { type Cloud, startCloud } from "../cloud/cloud.js";
import { type Bundles, deployFunction } from "./deploy.js";
import { startFaultGate } from "./fault-gate.js";
import { drawSmallImages } from "./small-images.js";

/** A cloud with so many originals, one in 20 of them corrupt, whose notifications wait, and the function beside it. */
export async function uploadMany(bundles: Bundles, originals: number) {
  const [cloud, images] = await Promise.all([
    startCloud(),
    drawSmallImages(originals, { everyNthCorrupt: 20 }),
  ]);
  const gate = await startFaultGate(cloud.endpoints.s3);
  const lambda = await deployFunction(
    "process",
    { cloud, bundles },
    { environment: { AWS_ENDPOINT_URL_S3: gate.endpoint } },
  );
  await Promise.all(
    images.map(({ key, bytes }) =>
      cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key: key, Body: bytes })),
    ),
  );
  const corrupt = images.filter((image) => image.corrupt).map(({ key }) => key);
  return {
    cloud,
    lambda,
    /** Throws unless records, files and events are those of a single pass over the originals. */
    expectSinglePass: () => expectSinglePass(cloud, originals, corrupt),
    /** How many files were written to the renditions. */
    writes: () =>
      gate.requests().filter(({ method, path }) => method === "PUT" && path.startsWith("/renditions/"))
        .length,
    /** The sum of a metric. */
    total: (name: string) => lambda.metric(name).reduce((sum, value) => sum + value, 0),
    async close(): Promise<void> {
      await lambda.close();
      await Promise.all([gate.close(), cloud.close()]);
    },
  };
}

async function expectSinglePass(
  { adapters, events, waiting, dead }: Cloud,
  originals: number,
  corrupt: readonly string[],
) {
  const records = await listAll<ImageRecord>((cursor) => adapters.records.list({ limit: 50, cursor }));
  const ready = records.filter(({ status }) => status === "ready");
  const rejected = records.filter(({ status }) => status === "rejected");
  expect(ready).toHaveLength(originals - corrupt.length);
  expect(rejected.map(({ key }) => key).sort()).toEqual(corrupt);
  for (const { failure } of rejected) expect(failure?.code).toBe("corrupt-image");
  expect(records).toHaveLength(originals);
  const named = ready.flatMap(({ renditions }) => renditions.map(({ key }) => key));
  const files = await listAll((cursor) => adapters.renditions.list("", { cursor }));
  expect(named).toHaveLength(2 * (originals - corrupt.length));
  expect(files.map(({ key }) => key)).toEqual(named.sort());
  expect(new Set(events().map(({ id }) => id)).size).toBe(originals);
  expect(events()).toHaveLength(originals);
  expect([...waiting(), ...dead()]).toEqual([]);
}

async function listAll<Item>(page: (cursor?: string) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const next = await page(cursor);
    items.push(...next.items);
    cursor = next.cursor;
    if (cursor === undefined) return items;
  }
}
