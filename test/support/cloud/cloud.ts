import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type AwsOptions, aws } from "../../../src/adapters/aws/index.js";
import type { ImageEvent } from "../../../src/domain/model/image-event.js";
import { ACCOUNT, createClientOptions } from "./clients.js";
import { startCloudFront } from "./cloudfront.js";
import { createTable, startDynamo } from "./dynamo.js";
import { sendWaitingInvalidations } from "./invalidations.js";
import { startMessaging } from "./messaging.js";
import { startS3 } from "./s3/server.js";

/** The distribution of the local CDN. */
export const DISTRIBUTION_ID = "E1";

/**
 * Starts everything that a deployment stands on, wired as a deployment wires it: changes of the originals flow to
 * the queue, events to a topic, and from there to a queue that the tests read.
 */
export async function startCloud({ originals = "originals", scans = false } = {}) {
  const [s3, dynamo, messaging, cdn] = await Promise.all([
    startS3({ accounts: [ACCOUNT] }),
    startDynamo({ scans }),
    startMessaging(),
    startCloudFront(),
  ]);
  const clients = {
    s3: new S3Client({ ...createClientOptions(s3.endpoint), forcePathStyle: true }),
    dynamodb: new DynamoDBClient(createClientOptions(dynamo.endpoint)),
    sqs: new SQSClient(createClientOptions(messaging.endpoint)),
    sns: new SNSClient(createClientOptions(messaging.endpoint)),
  };
  const cloudfront = new CloudFrontClient(createClientOptions(cdn.endpoint));
  s3.createBucket(originals);
  s3.createBucket("renditions");
  await createTable(clients.dynamodb, "ImageMetadata");
  const { url: queueUrl, deadUrl } = messaging.createQueue("changes");
  const { url: taggingQueueUrl } = messaging.createQueue("tagging");
  const invalidationQueueUrl = messaging.createPlainQueue("invalidations");
  messaging.createQueue("subscriber");
  const topicArn = messaging.createTopic("events", "subscriber");
  s3.onChange(async (record) => {
    if (record.s3.bucket.name !== originals) return;
    const MessageBody = JSON.stringify({ Records: [record] });
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  });
  const options: AwsOptions = {
    clients,
    originals,
    renditions: "renditions",
    queueUrl,
    topicArn,
    baseUrl: "https://images.example",
    invalidationQueueUrl,
  };
  return {
    clients,
    options,
    adapters: aws(options),
    cdn,
    deadUrl,
    taggingQueueUrl,
    admitOrigin: s3.admitOrigin,
    /** Where each service listens, for programs that bring clients of their own. */
    endpoints: {
      s3: s3.endpoint,
      dynamodb: dynamo.endpoint,
      sqs: messaging.endpoint,
      sns: messaging.endpoint,
      cloudfront: cdn.endpoint,
    },
    /** The events that the topic's subscriber has received, oldest first. */
    events: (): readonly ImageEvent[] =>
      messaging.bodiesIn("subscriber").map((body) => JSON.parse(JSON.parse(body).Message)),
    /** The bodies of the messages that wait in the queue of changes, and in its dead-letter queue. */
    waiting: () => messaging.bodiesIn("changes"),
    /** Those of requests that are not due yet in the queue of what is tagged later. */
    taggedLater: () => messaging.bodiesDelayedIn("tagging"),
    dead: () => messaging.bodiesIn("changes-dead"),
    /** Asks the CDN for everything that waits to be invalidated, as the function of a deployment does. */
    invalidate: () =>
      sendWaitingInvalidations(clients.sqs, {
        queueUrl: invalidationQueueUrl,
        target: { client: cloudfront, distributionId: DISTRIBUTION_ID },
      }),
    async close(): Promise<void> {
      for (const client of [...Object.values(clients), cloudfront]) client.destroy();
      await Promise.all([s3.close(), dynamo.close(), messaging.close(), cdn.close()]);
    },
  };
}

/** The cloud as its starter has it. */
export type Cloud = Awaited<ReturnType<typeof startCloud>>;
