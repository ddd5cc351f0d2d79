import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Bundles, bundleFunctions } from "../../support/lambda/deploy.js";
import { feed, takeAll } from "../../support/lambda/event-source.js";
import { uploadMany } from "../../support/lambda/many-uploads.js";
import { chooseCount } from "../../support/sample.js";

const ORIGINALS = chooseCount({ fast: 20, ordinary: 40, long: 200 });
const CORRUPT = ORIGINALS / 20;

let bundles: Bundles;
let uploaded: Awaited<ReturnType<typeof uploadMany>>;

beforeAll(async () => {
  bundles = await bundleFunctions(["process"]);
  uploaded = await uploadMany(bundles, ORIGINALS);
});

afterAll(async () => {
  await uploaded.close();
  await bundles.close();
});

it(`${ORIGINALS} uploads whose notifications arrive three times in any order end the same, and nothing is rendered twice`, async () => {
  const { cloud, lambda, expectSinglePass, writes, total } = uploaded;
  const { sqs } = cloud.clients;
  const { queueUrl } = cloud.options;
  const once = await takeAll(sqs, queueUrl);
  expect(once).toHaveLength(ORIGINALS);
  const anyOrder = fc.shuffledSubarray([...once, ...once, ...once], { minLength: 3 * ORIGINALS });
  const [bodies = []] = fc.sample(anyOrder, { numRuns: 1, seed: 7 });
  for (let from = 0; from < bodies.length; from += 10) {
    const batch = bodies.slice(from, from + 10);
    const Entries = batch.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
  expect(await feed(lambda, { sqs, queueUrl })).toEqual({ invocations: (3 * ORIGINALS) / 10, returned: 0 });
  await expectSinglePass();
  expect(writes()).toBe(2 * (ORIGINALS - CORRUPT));
  expect([total("Processed"), total("Rejected"), total("Superseded")]).toEqual([
    ORIGINALS - CORRUPT,
    CORRUPT,
    2 * ORIGINALS,
  ]);
});
