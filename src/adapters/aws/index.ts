import { invalidInput } from "../../domain/model/errors.js";
import { guardPorts } from "../../ports/checked/index.js";
import type { Clock } from "../../ports/clock.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import type { Log } from "../../ports/log.js";
import type { Sleep } from "../../ports/sleep.js";
import { S3BlobStore } from "../s3/blob-store.js";
import { S3UploadTickets } from "../s3/upload-tickets.js";
import { type CloudFrontOptions, CloudFrontUrls } from "./cdn-urls.js";
import { SqsChangeQueue } from "./change-queue.js";
import { type AwsClients, createClients } from "./clients.js";
import { SnsEventPublisher } from "./event-publisher.js";
import { RekognitionTagger, type TaggerOptions } from "./image-tagger.js";
import { DynamoMetadataRepository } from "./metadata-repository.js";
import { sleep } from "./sleep.js";
import { DynamoStatusStore } from "./status-store.js";
import type { TraceCall } from "./trace-calls.js";

export { type BlobStoreClient, S3BlobStore } from "../s3/blob-store.js";
export { S3UploadTickets } from "../s3/upload-tickets.js";
export { type CloudFrontOptions, CloudFrontUrls, type InvalidationQueueClient } from "./cdn-urls.js";
export { type ChangeQueueClient, type ChangeQueueOptions, SqsChangeQueue } from "./change-queue.js";
export type { AwsClients } from "./clients.js";
export type { RecordsClient } from "./dynamo-client.js";
export { type EventPublisherClient, SnsEventPublisher } from "./event-publisher.js";
export { RekognitionTagger, type TaggerClient, type TaggerOptions } from "./image-tagger.js";
export type { InvalidationMessage } from "./invalidation-plan.js";
export {
  type InvalidationClient,
  type InvalidationTarget,
  type SentInvalidations,
  sendInvalidations,
} from "./invalidation-sender.js";
export { DynamoMetadataRepository } from "./metadata-repository.js";
export type { BucketPair } from "./notification.js";
export { type ParsedChanges, parseChanges, type UnreadablePart } from "./original-changes.js";
export { LISTING, LISTING_BY_STATUS } from "./records-layout.js";
export { DynamoStatusStore } from "./status-store.js";
export type { TraceCall, TracedCall } from "./trace-calls.js";
export {
  AWS_PRICES,
  type AwsPrices,
  type BillAssumptions,
  type BillLine,
  computeWorkBill,
} from "./work-bill.js";

/** Options of {@link aws}. */
export interface AwsOptions {
  /** The bucket of the originals. */
  readonly originals: string;
  /** The bucket of the renditions; another one. */
  readonly renditions: string;
  /** Default `ImageMetadata`. */
  readonly table?: string;
  /** Whether images can be searched by their names: one more row for each in the table. Default false. */
  readonly searchByName?: boolean;
  readonly queueUrl: string;
  /** Where requests to tag later go, to be received at a pace of their own. Default: the queue of changes. */
  readonly taggingQueueUrl?: string;
  /** Default: events are not published. */
  readonly topicArn?: string;
  /** The absolute URL that renditions lie below. */
  readonly baseUrl: string;
  /**
   * The queue of the paths to invalidate at CloudFront; whoever works it off calls `sendInvalidations`. Default: no CDN
   * is in front of the renditions.
   */
  readonly invalidationQueueUrl?: string;
  /** They stay the caller's to destroy. Default: clients as the SDK makes them from its environment, with a tagger. */
  readonly clients?: AwsClients;
  /** Every call of a service by the default clients goes through it. Default: nobody looks at them. */
  readonly traceCall?: TraceCall;
  /** Whether a function in front of the distribution chooses by `Accept`. Default: no, it has files alone. */
  readonly negotiates?: boolean;
  /** URLs of renditions are signed. Default: they are public. */
  readonly signing?: CloudFrontOptions["signing"];
  /** Options of the tagger. */
  readonly tagging?: Omit<TaggerOptions, "client">;
  /** How often the queue hands out a message before it goes to the dead-letter queue. Default 5. */
  readonly maxAttempts?: number;
  /** Whether all that is to be settled goes through the queue, so that its length says how much waits. Default true. */
  readonly measuresQueue?: boolean;
  /** The system's by default. */
  readonly clock?: Clock;
  /** Told about messages that cannot be read. Default: nobody is. */
  readonly log?: Log;
}

/** Every port but the engine on Amazon Web Services; the tagger where there is a client for it. */
export interface AwsAdapters {
  readonly originals: S3BlobStore;
  readonly renditions: S3BlobStore;
  readonly records: DynamoMetadataRepository;
  readonly queue: SqsChangeQueue;
  readonly urls: CloudFrontUrls;
  readonly events: EventPublisher;
  readonly tickets: S3UploadTickets;
  readonly tagger?: RekognitionTagger;
  /** The last words about the pipeline as a whole, in the table of the records. */
  readonly statuses: DynamoStatusStore;
  readonly sleep: Sleep;
}

/**
 * Makes the AWS adapters, wired to each other; nothing is sent before a port is used. Throws `invalid-input` if both
 * buckets are the same one: each rendition would be taken for an original, without an end.
 */
export function aws(options: AwsOptions): AwsAdapters {
  const { originals, renditions, table, queueUrl, topicArn, baseUrl, invalidationQueueUrl } = options;
  const { negotiates, signing, tagging, taggingQueueUrl, maxAttempts, traceCall, clock, log } = options;
  const { clients = createClients({ traceCall }) } = options;
  if (originals === renditions)
    throw invalidInput("another bucket than the originals'", "renditions", renditions);
  const urls = new CloudFrontUrls({
    baseUrl,
    ...(invalidationQueueUrl !== undefined && {
      invalidations: { client: clients.sqs, queueUrl: invalidationQueueUrl },
    }),
    negotiates,
    signing,
    clock,
  });
  return guardPorts({
    originals: new S3BlobStore({ client: clients.s3, bucket: originals, notifies: true }),
    renditions: new S3BlobStore({ client: clients.s3, bucket: renditions }),
    records: new DynamoMetadataRepository({
      client: clients.dynamodb,
      table,
      publicUrl: (key) => urls.toPublicUrl(key),
      searchByName: options.searchByName,
    }),
    queue: new SqsChangeQueue({
      client: clients.sqs,
      queueUrl,
      ...(taggingQueueUrl !== undefined && { postponedQueueUrl: taggingQueueUrl }),
      originals,
      renditions,
      maxAttempts,
      measures: options.measuresQueue,
      log,
    }),
    urls,
    events:
      topicArn === undefined
        ? { publish: async () => {} }
        : new SnsEventPublisher({ client: clients.sns, topicArn }),
    tickets: new S3UploadTickets({ client: clients.s3, bucket: originals, clock }),
    statuses: new DynamoStatusStore({ client: clients.dynamodb, table }),
    sleep,
    ...(clients.rekognition && {
      tagger: new RekognitionTagger({ client: clients.rekognition, ...tagging }),
    }),
  });
}
