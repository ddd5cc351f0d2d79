import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import {
  ChangeMessageVisibilityCommand,
  type ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe } from "@jest/globals";
import sharp from "sharp";
import { CloudFrontUrls } from "../../src/adapters/aws/cdn-urls.js";
import { type ChangeQueueClient, SqsChangeQueue } from "../../src/adapters/aws/change-queue.js";
import { SnsEventPublisher } from "../../src/adapters/aws/event-publisher.js";
import { RekognitionTagger } from "../../src/adapters/aws/image-tagger.js";
import { DynamoMetadataRepository } from "../../src/adapters/aws/metadata-repository.js";
import { DynamoStatusStore } from "../../src/adapters/aws/status-store.js";
import { S3BlobStore } from "../../src/adapters/s3/blob-store.js";
import { S3UploadTickets } from "../../src/adapters/s3/upload-tickets.js";
import type { ImageEvent } from "../../src/domain/model/image-event.js";
import {
  type BlobStoreHarness,
  type CdnUrlsHarness,
  type ChangeQueueHarness,
  type OriginalChangesHarness,
  runFamily,
} from "../../src/testing/index.js";
import { ACCOUNT, createClientOptions, NOWHERE, STRANGER } from "../support/cloud/clients.js";
import { startCloudFront } from "../support/cloud/cloudfront.js";
import { createTable, type Dynamo, startDynamo } from "../support/cloud/dynamo.js";
import { sendWaitingInvalidations } from "../support/cloud/invalidations.js";
import { type Messaging, startMessaging } from "../support/cloud/messaging.js";
import { startRekognition } from "../support/cloud/rekognition.js";
import { type S3, startS3 } from "../support/cloud/s3/server.js";
import { sendTicket } from "../support/cloud/send-ticket.js";
import { AWS_FAMILY } from "../support/families/aws.js";
import { type AwsStores, startAwsStores } from "../support/history/aws-stores.js";
import { PICTURE } from "../support/memory-harness.js";
import { chooseCount, SEED } from "../support/sample.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

/** Each case of a law sends its requests to an emulator. */
const TRIALS = {
  runs: chooseCount({ fast: 6, ordinary: 6, long: 12 }),
  histories: chooseCount({ fast: 10, ordinary: 10, long: 40 }, "SAFELIGHT_FAMILY_HISTORIES"),
  seed: SEED,
};

let s3: S3;
let dynamo: Dynamo;
let messaging: Messaging;
let stores: AwsStores;
let clients: { dynamodb: DynamoDBClient; sqs: SQSClient; sns: SNSClient };
let count = 0;

/** The time that S3 is ahead. */
let offset = 0;

beforeAll(async () => {
  s3 = await startS3({ accounts: [ACCOUNT], now: () => new Date(Date.now() + offset) });
  dynamo = await startDynamo({ scans: true });
  messaging = await startMessaging();
  stores = await startAwsStores();
  clients = {
    dynamodb: new DynamoDBClient(createClientOptions(dynamo.endpoint)),
    sqs: new SQSClient(createClientOptions(messaging.endpoint)),
    sns: new SNSClient(createClientOptions(messaging.endpoint)),
  };
});

afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await Promise.all([s3.close(), dynamo.close(), messaging.close(), stores.close()]);
});

runFamily(
  { describe, it: takeSampleOfTests(6) },
  AWS_FAMILY,
  {
    originals: openStore,
    renditions: openStore,
    records: async () => {
      const { dynamodb: client } = clients;
      const table = createName("ImageMetadata");
      await createTable(client, table);
      const nobody = new DynamoDBClient(createClientOptions(NOWHERE));
      return {
        records: new DynamoMetadataRepository({ client, table, searchByName: true }),
        restart: async () => new DynamoMetadataRepository({ client, table, searchByName: true }),
        openUnreachable: async () => new DynamoMetadataRepository({ client: nobody, table }),
        close: () => nobody.destroy(),
      };
    },
    queue: openQueue,
    changes: openChanges,
    histories: () => ({ open: stores.open }),
    urls: openUrls,
    tickets: () => {
      const { bucket, open, store, close } = openBucket();
      return {
        tickets: new S3UploadTickets({ client: open(), bucket }),
        originals: store(),
        send: sendTicket,
        pass: async (seconds) => {
          offset += seconds * 1_000;
        },
        close,
      };
    },
    events: () => {
      const queue = createName("events");
      messaging.createQueue(queue);
      const topicArn = messaging.createTopic(queue, queue);
      return {
        events: new SnsEventPublisher({ client: clients.sns, topicArn }),
        readPublished: async () =>
          messaging.bodiesIn(queue).map((body) => JSON.parse(JSON.parse(body).Message) as ImageEvent),
      };
    },
    statuses: async () => {
      const { dynamodb: client } = clients;
      const table = createName("ImageMetadata");
      await createTable(client, table);
      const nobody = new DynamoDBClient(createClientOptions(NOWHERE));
      return {
        statuses: new DynamoStatusStore({ client, table }),
        records: new DynamoMetadataRepository({ client, table }),
        restart: async () => new DynamoStatusStore({ client, table }),
        openUnreachable: async () => new DynamoStatusStore({ client: nobody, table }),
        close: () => nobody.destroy(),
      };
    },
    tagger: async () => {
      const rekognition = await startRekognition();
      const client = new RekognitionClient(createClientOptions(rekognition.endpoint));
      return {
        tagger: new RekognitionTagger({ client, moderation: true }),
        pictures: [{ ...PICTURE, jpeg: await drawSmallJpeg() }],
        close: async () => {
          client.destroy();
          await rekognition.close();
        },
      };
    },
  },
  TRIALS,
);

/** A name that nothing else has. */
function createName(kind: string): string {
  count += 1;
  return `${kind}-${count}`;
}

function openBucket() {
  offset = 0;
  const bucket = createName("bucket");
  s3.createBucket(bucket);
  const opened: S3Client[] = [];
  const open = (endpoint = s3.endpoint, credentials = ACCOUNT) => {
    const client = new S3Client({ ...createClientOptions(endpoint, credentials), forcePathStyle: true });
    opened.push(client);
    return client;
  };
  const store = (...place: Parameters<typeof open>) => new S3BlobStore({ client: open(...place), bucket });
  const close = () => {
    for (const client of opened) client.destroy();
  };
  return { bucket, open, store, close };
}

function openStore(): BlobStoreHarness {
  const { store, close } = openBucket();
  return {
    store: store(),
    restart: async () => store(),
    openUnreachable: async () => store(NOWHERE),
    openRefusing: async () => store(s3.endpoint, STRANGER),
    close,
  };
}

function openQueue(): ChangeQueueHarness {
  // The emulator runs in this process and asks its clock.
  const readTime = Date.now;
  let ahead = 0;
  Date.now = () => readTime() + ahead;
  const { url: queueUrl } = messaging.createQueue(createName("changes"), { maxAttempts: 100 });
  const receipts: string[] = [];
  const client = rememberReceipts(clients.sqs, receipts);
  const open = () => new SqsChangeQueue({ client, queueUrl, originals: "o", renditions: "r" });
  // Dead receivers are noticed when the visibility timeout is over; here it is over at once.
  const abandon = async () => {
    for (const ReceiptHandle of receipts.splice(0)) {
      const visible = { QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      await clients.sqs.send(new ChangeMessageVisibilityCommand(visible)).catch(() => undefined);
    }
    return open();
  };
  const pass = async (seconds: number) => {
    ahead += seconds * 1_000;
  };
  const close = () => {
    Date.now = readTime;
  };
  return { queue: open(), pass, abandon, restart: async () => open(), close };
}

async function openChanges(): Promise<OriginalChangesHarness> {
  const bucket = createName("originals");
  const { url: queueUrl } = messaging.createQueue(bucket);
  const notifying = await startS3({ accounts: [ACCOUNT] });
  notifying.createBucket(bucket);
  notifying.onChange(async (record) => {
    const body = JSON.stringify({ Records: [record] });
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  });
  const client = new S3Client({ ...createClientOptions(notifying.endpoint), forcePathStyle: true });
  const open = () => ({
    originals: new S3BlobStore({ client, bucket }),
    queue: new SqsChangeQueue({ client: clients.sqs, queueUrl, originals: bucket, renditions: "r" }),
  });
  const close = async () => {
    client.destroy();
    await notifying.close();
  };
  return { ...open(), restart: async () => open(), close };
}

async function openUrls(): Promise<CdnUrlsHarness> {
  const cdn = await startCloudFront();
  const client = new CloudFrontClient(createClientOptions(cdn.endpoint));
  const { sqs } = clients;
  const queueUrl = messaging.createPlainQueue(createName("invalidations"));
  return {
    urls: new CloudFrontUrls({
      baseUrl: "https://images.example/",
      negotiates: true,
      invalidations: { client: sqs, queueUrl },
    }),
    isInvalidated: async (key) => {
      await sendWaitingInvalidations(sqs, { queueUrl, target: { client, distributionId: "E1" } });
      return cdn.isInvalidated(key);
    },
    close: async () => {
      client.destroy();
      await cdn.close();
    },
  };
}

/**
 * A client that notes the receipt of every message that it hands out. It answers in another millisecond than the one
 * in which it sent: SQS tells the age of a message no finer, and two of one age have no order.
 */
function rememberReceipts(sqs: SQSClient, receipts: string[]): ChangeQueueClient {
  const send = async (command: ReceiveMessageCommand) => {
    const answer = await sqs.send(command);
    for (const sent = Date.now(); Date.now() === sent; ) await new Promise(setImmediate);
    for (const { ReceiptHandle } of answer.Messages ?? []) if (ReceiptHandle) receipts.push(ReceiptHandle);
    return answer;
  };
  return { send } as ChangeQueueClient;
}

function drawSmallJpeg(): Promise<Uint8Array> {
  return sharp({ create: { width: 96, height: 80, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer();
}
