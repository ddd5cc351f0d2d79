import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { CloudFrontUrls } from "../../../src/adapters/aws/index.js";
import { createClientOptions } from "../../support/cloud/clients.js";
import { startCloudFront } from "../../support/cloud/cloudfront.js";
import { sendBatchOfInvalidations } from "../../support/cloud/invalidations.js";
import { type Messaging, startMessaging } from "../../support/cloud/messaging.js";
import { chooseCount } from "../../support/sample.js";

/** Images that are replaced at once, and the renditions of each: more paths than CloudFront takes at a time. */
const IMAGES = chooseCount({ fast: 320, ordinary: 320, long: 2_000 }, "SAFELIGHT_BURST");
const RENDITIONS = chooseCount({ fast: 11, ordinary: 11, long: 2 });

/** How long an invalidation takes, and how long Lambda collects a batch, in milliseconds of the virtual clock. */
const DURATION = 60_000;
const WINDOW = 20_000;

let now = 0;
let cdn: Awaited<ReturnType<typeof startCloudFront>>;
let messaging: Messaging;
let sqs: SQSClient;
let client: CloudFrontClient;

beforeAll(async () => {
  cdn = await startCloudFront({ clock: () => now, duration: DURATION });
  messaging = await startMessaging();
  sqs = new SQSClient(createClientOptions(messaging.endpoint));
  client = new CloudFrontClient(createClientOptions(cdn.endpoint));
});

afterAll(async () => {
  for (const one of [sqs, client]) one.destroy();
  await Promise.all([cdn.close(), messaging.close()]);
});

it("a burst of replaced images waits in the queue and not in a function, until each path was invalidated once", async () => {
  const queueUrl = messaging.createPlainQueue("invalidations");
  const urls = new CloudFrontUrls({
    baseUrl: "https://images.example",
    invalidations: { client: sqs, queueUrl },
  });
  const expected: string[] = [];
  const images = Array.from({ length: IMAGES }, (_, image) =>
    Array.from({ length: RENDITIONS }, (_, rendition) => `image-${image}/1-0/f/${rendition}.jpg`),
  );
  for (const keys of images) {
    await urls.invalidate(keys);
    expected.push(...keys.map((key) => `/${key}`));
  }
  let refused = 0;
  for (;;) {
    const { messages, failed } = await sendBatchOfInvalidations(sqs, {
      queueUrl,
      target: { client, distributionId: "E1" },
    });
    if (messages === 0) break;
    if (failed.length > 0) refused += 1;
    now += WINDOW;
  }
  expect(cdn.paths().flat().sort()).toEqual(expected.sort());
  expect(refused).toBeGreaterThan(0);
  // A refusal ends the invocation: nothing is tried a second time before the batch comes again.
  expect(cdn.requests.length - cdn.paths().length).toBe(refused);
  // At the pace of CloudFront, which completes 3,000 paths in the time of one invalidation.
  expect(now).toBeLessThanOrEqual(Math.ceil(expected.length / 3_000) * (DURATION + WINDOW));
  expect(messaging.bodiesIn("invalidations")).toEqual([]);
});
