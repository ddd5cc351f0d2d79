import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { FUNCTION_SIZES } from "../../../infra/parts/function-sizes.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { type Bundles, bundleFunctions, deployFunction } from "../../support/lambda/deploy.js";
import { feed } from "../../support/lambda/event-source.js";
import { type RunningFunction, startFunction } from "../../support/lambda/function.js";

let cloud: Cloud;
let bundles: Bundles;
let lambda: RunningFunction;

beforeAll(async () => {
  [cloud, bundles] = await Promise.all([startCloud(), bundleFunctions(["invalidate"])]);
  lambda = await deployFunction("invalidate", { cloud, bundles });
});

afterAll(async () => {
  await lambda.close();
  await Promise.all([cloud.close(), bundles.close()]);
});

it("paths that the CDN refuses for now come again far more often than a change may, until it takes them", async () => {
  const { invalidationQueueUrl = "" } = cloud.options;
  cloud.cdn.beBusy(9);
  await cloud.adapters.urls.invalidate(["i/1-0/f/thumb.jpg"]);
  const fed = await feed(lambda, { sqs: cloud.clients.sqs, queueUrl: invalidationQueueUrl });
  expect(fed).toEqual({ invocations: 10, returned: 9 });
  expect(cloud.cdn.isInvalidated("i/1-0/f/thumb.jpg")).toBe(true);
  expect(lambda.metric("Invalidated")).toEqual([1]);
  const ages = lambda.metric("InvalidationAge");
  expect(ages).toHaveLength(9);
  for (const age of ages) expect(age).toBeGreaterThanOrEqual(0);
  expect(lambda.starts()).toBe(1);
});

it("the function does not start without a distribution, and names its variable", async () => {
  const incomplete = await startFunction({
    folder: bundles.getFolder("invalidate"),
    environment: {},
    seconds: FUNCTION_SIZES.invalidate.timeoutSeconds,
  });
  try {
    await expect(incomplete.invoke({ Records: [] })).rejects.toThrow(
      "expected a value for SAFELIGHT_CDN_DISTRIBUTION_ID in the function's environment but received none",
    );
  } finally {
    await incomplete.close();
  }
});
