import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import type { BlobStoreClient } from "../s3/blob-store.js";
import { limitSilence } from "../s3/timeouts.js";
import type { InvalidationQueueClient } from "./cdn-urls.js";
import type { ChangeQueueClient } from "./change-queue.js";
import type { RecordsClient } from "./dynamo-client.js";
import type { EventPublisherClient } from "./event-publisher.js";
import type { TaggerClient } from "./image-tagger.js";
import { createLazyClient } from "./lazy-client.js";
import { type TraceableClient, type TraceCall, traceCalls } from "./trace-calls.js";

/** The SDK clients, or objects that pass commands on to one. */
export interface AwsClients {
  /** For both buckets; tickets are signed with its credentials. */
  readonly s3: S3Client & BlobStoreClient;
  readonly dynamodb: RecordsClient;
  /** For the queue of changes, and for that of invalidations. */
  readonly sqs: ChangeQueueClient & InvalidationQueueClient;
  readonly sns: EventPublisherClient;
  /** Absent: nothing is tagged. */
  readonly rekognition?: TaggerClient;
}

/**
 * Clients as the SDK makes them from its environment. Those of S3 and DynamoDB are there from the start, since every
 * use needs them; the others are loaded when something is first sent through them, and cost no cold start until then.
 */
export function createClients({
  traceCall,
  timeout,
}: {
  readonly traceCall?: TraceCall;
  /** Milliseconds for which a service may send and take nothing before a request counts as failed. Default 30,000. */
  readonly timeout?: number;
}): AwsClients {
  const options = limitSilence(timeout);
  const createLate = <Client extends TraceableClient & { send: unknown }>(make: () => Promise<Client>) =>
    createLazyClient(async () => traceCalls(await make(), traceCall));
  return {
    s3: traceOnUse(new S3Client(options), traceCall),
    dynamodb: traceCalls(new DynamoDBClient(options), traceCall),
    sqs: createLate(async () => new (await import("@aws-sdk/client-sqs")).SQSClient(options)),
    sns: createLate(async () => new (await import("@aws-sdk/client-sns")).SNSClient(options)),
    rekognition: createLate(
      // What it refuses is postponed, so that no function waits for it.
      async () =>
        new (await import("@aws-sdk/client-rekognition")).RekognitionClient({ ...options, maxAttempts: 1 }),
    ),
  };
}

/** Looks at the client only when something is sent: a bundle may have one that is loaded by the first look at it. */
function traceOnUse<Client extends TraceableClient & object>(
  client: Client,
  traceCall: TraceCall | undefined,
): Client {
  if (!traceCall) return client;
  let isTraced = false;
  return new Proxy(client, {
    get(target, name) {
      if (name === "send" && !isTraced) {
        isTraced = true;
        traceCalls(target, traceCall);
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
