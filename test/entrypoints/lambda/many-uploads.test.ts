import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Bundles, bundleFunctions } from "../../support/lambda/deploy.js";
import { feed } from "../../support/lambda/event-source.js";
import { uploadMany } from "../../support/lambda/many-uploads.js";

let bundles: Bundles;
let uploaded: Awaited<ReturnType<typeof uploadMany>>;

beforeAll(async () => {
  bundles = await bundleFunctions(["process"]);
  uploaded = await uploadMany(bundles);
});

afterAll(async () => {
  await uploaded.close();
  await bundles.close();
});

it("200 uploads of which 10 are corrupt become 190 images and 10 rejections in the listing, and no dead letter", async () => {
  const { cloud, lambda, expectSinglePass, writes, total } = uploaded;
  const fed = await feed(lambda, { sqs: cloud.clients.sqs, queueUrl: cloud.options.queueUrl });
  expect(fed).toEqual({ invocations: 20, returned: 0 });
  await expectSinglePass();
  expect(writes()).toBe(380);
  expect([total("Processed"), total("Rejected"), total("Superseded")]).toEqual([190, 10, 0]);
  expect(lambda.metric("Rejected", { code: "corrupt-image" })).toHaveLength(10);
  expect(lambda.starts()).toBe(1);
});
