import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeAll, beforeEach, expect } from "@jest/globals";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { startCloud } from "../../support/cloud/cloud.js";
import { createSharedStores } from "../../support/containers/shared-stores.js";
import { drawTestImage } from "../../support/images.js";
import { createVariables } from "../../support/lambda/deploy.js";
import { describeOnPostgres } from "../../support/postgres/index.js";
import { startS3rver } from "../../support/s3-stores/s3rver.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, Workplace } from "./run-command.js";

const it = takeSampleOfTests(2);

const KEYS = ["there before/a.jpg", "there before/b.jpg"];

describeOnPostgres("safelight plan --all, reconcile and import on other stores", () => {
  let place: Workplace;
  let picture: Uint8Array;

  beforeAll(async () => {
    buildCommand();
    picture = await drawTestImage({ width: 60, height: 40 });
  });
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  /** Runs the command with these settings in its environment. */
  const run = (env: NodeJS.ProcessEnv, ...words: readonly string[]) =>
    place.start(words, { env: env as Record<string, string> }).finished;

  it("take in a bucket whose records are on PostgreSQL, and settle that themselves", async () => {
    const store = await startS3rver();
    const { endpoint, credentials } = store;
    const client = new S3Client({ endpoint, credentials, region: "us-east-1", forcePathStyle: true });
    try {
      const { settings } = await createSharedStores(store);
      for (const Key of KEYS)
        await client.send(
          new PutObjectCommand({ Bucket: settings.SAFELIGHT_ORIGINALS_BUCKET, Key, Body: picture }),
        );
      expect(await run(settings, "import")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("2 images differed: 2 closed"),
      });
      const plan = await run(settings, "plan", "--all", "--json", "--grace", "0");
      expect(JSON.parse(plan.stdout)).toMatchObject({ images: 0 });
      place.write("safelight.config.json", '{ "thumbnails": { "small": { "width": 9 } } }');
      expect((await run(settings, "reconcile", "--rate", "100/s")).code).toBe(0);
      const again = await run(settings, "plan", "--all", "--json");
      expect(JSON.parse(again.stdout)).toMatchObject({ images: 0 });
    } finally {
      client.destroy();
      await store.close();
    }
  });

  it("leave what they ask for to the functions of a deployment on AWS", async () => {
    const cloud = await startCloud({ scans: true });
    try {
      const { adapters, clients } = cloud;
      for (const Key of KEYS)
        await clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key, Body: picture }));
      for (const { id } of await adapters.queue.receive({ limit: 10 })) await adapters.queue.acknowledge(id);
      const settings = { ...createVariables(cloud), SAFELIGHT_STORES: "aws" };
      const table = await run(settings, "plan", "--all", "--grace", "0");
      expect(table.stdout).toMatch(/^ON AWS .*\nS3, writing and listing +0\.\d{4}\n(?:.*\n)*all +0\.\d{4}$/m);
      const prices = place.write("prices.json", '{ "sns": 5e6 }');
      const billed = await run(settings, "plan", "--all", "--grace", "0", "--prices", prices, "--json");
      expect(JSON.parse(billed.stdout).bill).toContainEqual({ what: "SNS", quantity: 2, dollars: 10 });
      place.write("prices.json", '{ "snow": 1 }');
      expect(await run(settings, "plan", "--all", "--prices", prices)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("expected one of s3Put"),
      });
      expect(await run(settings, "import")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("0 closed, 2 requested"),
      });
      expect(cloud.waiting()).toHaveLength(2);
      const pipeline = definePipeline({ ...adapters, engine: sharpEngine() });
      await pipeline.drainQueue();
      for (const key of KEYS) expect((await pipeline.get(deriveImageId(key)))?.status).toBe("ready");
      const plan = await run(settings, "plan", "--all", "--json", "--grace", "0");
      expect(JSON.parse(plan.stdout)).toMatchObject({ images: 0 });
    } finally {
      await cloud.close();
    }
  });
});
