import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Bundles, bundleFunctions } from "../../support/lambda/deploy.js";
import { feed } from "../../support/lambda/event-source.js";
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

it(`${ORIGINALS} uploads of which ${CORRUPT} are corrupt become images and rejections in the listing, and no dead letter`, async () => {
  const { cloud, lambda, expectSinglePass, writes, total } = uploaded;
  const fed = await feed(lambda, { sqs: cloud.clients.sqs, queueUrl: cloud.options.queueUrl });
  expect(fed).toEqual({ invocations: ORIGINALS / 10, returned: 0 });
  await expectSinglePass();
  expect(writes()).toBe(2 * (ORIGINALS - CORRUPT));
  expect([total("Processed"), total("Rejected"), total("Superseded")]).toEqual([
    ORIGINALS - CORRUPT,
    CORRUPT,
    0,
  ]);
  expect(lambda.metric("Rejected", { code: "corrupt-image" })).toHaveLength(CORRUPT);
  expect(lambda.starts()).toBe(1);
});
