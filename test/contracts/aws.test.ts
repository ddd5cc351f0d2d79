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
import { S3BlobStore } from "../../src/adapters/s3/blob-store.js";
import { S3UploadTickets } from "../../src/adapters/s3/upload-tickets.js";
import type { ImageEvent } from "../../src/domain/model/image-event.js";
import {
  blobStoreContract,
  type Closable,
  type Contract,
  cdnUrlsContract,
  changeQueueContract,
  eventPublisherContract,
  imageTaggerContract,
  type MakeHarness,
  metadataRepositoryContract,
  originalChangesContract,
  runContract,
  uploadTicketsContract,
} from "../../src/ports/contracts/index.js";
import { ACCOUNT, createClientOptions, NOWHERE, STRANGER } from "../support/cloud/clients.js";
import { startCloudFront } from "../support/cloud/cloudfront.js";
import { createTable, type Dynamo, startDynamo } from "../support/cloud/dynamo.js";
import { sendWaitingInvalidations } from "../support/cloud/invalidations.js";
import { type Messaging, startMessaging } from "../support/cloud/messaging.js";
import { startRekognition } from "../support/cloud/rekognition.js";
import { type S3, startS3 } from "../support/cloud/s3/server.js";
import { sendTicket } from "../support/cloud/send-ticket.js";
import { PICTURE } from "../support/memory-harness.js";
import { chooseCount, SEED } from "../support/sample.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const runner = { describe, it: takeSampleOfTests(4) };

/** Each case of a law sends its requests to an emulator. */
const TRIALS = { runs: chooseCount({ fast: 6, ordinary: 6, long: 12 }), seed: SEED };

/** Runs a contract of an adapter without gaps. */
const runLaws = <Harness extends Closable>(contract: Contract<Harness>, makeHarness: MakeHarness<Harness>) =>
  runContract(runner, contract, makeHarness, [], TRIALS);

describe("Amazon S3", () => {
  let s3: S3;
  let offset = 0;
  let count = 0;

  beforeAll(async () => {
    s3 = await startS3({ accounts: [ACCOUNT], now: () => new Date(Date.now() + offset) });
  });
  afterAll(() => s3.close());

  const createClient = (endpoint = s3.endpoint, credentials = ACCOUNT) =>
    new S3Client({ ...createClientOptions(endpoint, credentials), forcePathStyle: true });

  function openBucket() {
    offset = 0;
    count += 1;
    const name = `bucket-${count}`;
    s3.createBucket(name);
    const clients: S3Client[] = [];
    const open = (...place: Parameters<typeof createClient>) => {
      const client = createClient(...place);
      clients.push(client);
      return client;
    };
    const store = (...place: Parameters<typeof createClient>) =>
      new S3BlobStore({ client: open(...place), bucket: name });
    const close = () => {
      for (const client of clients) client.destroy();
    };
    return { name, open, store, close };
  }

  runLaws(blobStoreContract, () => {
    const { store, close } = openBucket();
    return {
      store: store(),
      restart: async () => store(),
      openUnreachable: async () => store(NOWHERE),
      openRefusing: async () => store(s3.endpoint, STRANGER),
      close,
    };
  });

  runLaws(uploadTicketsContract, () => {
    const { name, open, store, close } = openBucket();
    return {
      tickets: new S3UploadTickets({ client: open(), bucket: name }),
      originals: store(),
      send: sendTicket,
      pass: async (seconds) => {
        offset += seconds * 1_000;
      },
      close,
    };
  });
});

describe("Amazon DynamoDB", () => {
  let dynamo: Dynamo;
  let client: DynamoDBClient;
  let count = 0;

  beforeAll(async () => {
    dynamo = await startDynamo({ scans: true });
    client = new DynamoDBClient(createClientOptions(dynamo.endpoint));
  });
  afterAll(async () => {
    client.destroy();
    await dynamo.close();
  });

  runLaws(metadataRepositoryContract, async () => {
    count += 1;
    const table = `ImageMetadata-${count}`;
    await createTable(client, table);
    const nobody = new DynamoDBClient(createClientOptions(NOWHERE));
    return {
      records: new DynamoMetadataRepository({ client, table, searchByName: true }),
      restart: async () => new DynamoMetadataRepository({ client, table, searchByName: true }),
      openUnreachable: async () => new DynamoMetadataRepository({ client: nobody, table }),
      close: () => nobody.destroy(),
    };
  });
});

describe("Amazon SQS and SNS", () => {
  let messaging: Messaging;
  let sqs: SQSClient;
  let sns: SNSClient;
  let count = 0;
  // The emulator runs in this process and asks its clock.
  const readTime = Date.now;
  let offset = 0;

  beforeAll(async () => {
    Date.now = () => readTime() + offset;
    messaging = await startMessaging();
    sqs = new SQSClient(createClientOptions(messaging.endpoint));
    sns = new SNSClient(createClientOptions(messaging.endpoint));
  });
  afterAll(async () => {
    Date.now = readTime;
    sqs.destroy();
    sns.destroy();
    await messaging.close();
  });

  runLaws(changeQueueContract, () => {
    count += 1;
    const { url: queueUrl } = messaging.createQueue(`changes-${count}`, { maxAttempts: 100 });
    const receipts: string[] = [];
    const client = rememberReceipts(sqs, receipts);
    const open = () => new SqsChangeQueue({ client, queueUrl, originals: "o", renditions: "r" });
    // Dead receivers are noticed when the visibility timeout is over; here it is over at once.
    const abandon = async () => {
      for (const ReceiptHandle of receipts.splice(0)) {
        const visible = { QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 };
        await sqs.send(new ChangeMessageVisibilityCommand(visible)).catch(() => undefined);
      }
      return open();
    };
    const pass = async (seconds: number) => {
      offset += seconds * 1_000;
    };
    return { queue: open(), pass, abandon, restart: async () => open() };
  });

  runLaws(originalChangesContract, async () => {
    count += 1;
    const bucket = `originals-${count}`;
    const { url: queueUrl } = messaging.createQueue(bucket);
    const s3 = await startS3({ accounts: [ACCOUNT] });
    s3.createBucket(bucket);
    s3.onChange(async (record) => {
      const body = JSON.stringify({ Records: [record] });
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    });
    const client = new S3Client({ ...createClientOptions(s3.endpoint), forcePathStyle: true });
    const open = () => ({
      originals: new S3BlobStore({ client, bucket }),
      queue: new SqsChangeQueue({ client: sqs, queueUrl, originals: bucket, renditions: "r" }),
    });
    const close = async () => {
      client.destroy();
      await s3.close();
    };
    return { ...open(), restart: async () => open(), close };
  });

  runLaws(eventPublisherContract, () => {
    count += 1;
    const name = `events-${count}`;
    messaging.createQueue(name);
    const topicArn = messaging.createTopic(name, name);
    return {
      events: new SnsEventPublisher({ client: sns, topicArn }),
      readPublished: async () =>
        messaging.bodiesIn(name).map((body) => JSON.parse(JSON.parse(body).Message) as ImageEvent),
    };
  });
});

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

describe("Amazon CloudFront", () => {
  let messaging: Messaging;
  let sqs: SQSClient;
  let count = 0;

  beforeAll(async () => {
    messaging = await startMessaging();
    sqs = new SQSClient(createClientOptions(messaging.endpoint));
  });
  afterAll(async () => {
    sqs.destroy();
    await messaging.close();
  });

  runLaws(cdnUrlsContract, async () => {
    const cdn = await startCloudFront();
    const client = new CloudFrontClient(createClientOptions(cdn.endpoint));
    count += 1;
    const queueUrl = messaging.createPlainQueue(`invalidations-${count}`);
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
  });
});

describe("Amazon Rekognition", () => {
  runLaws(imageTaggerContract, async () => {
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
  });
});

function drawSmallJpeg(): Promise<Uint8Array> {
  return sharp({ create: { width: 96, height: 80, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer();
}
