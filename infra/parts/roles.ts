import { Aws, Stack } from "aws-cdk-lib";
import type { IDistribution } from "aws-cdk-lib/aws-cloudfront";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { LISTING } from "../../src/adapters/aws/records-layout.js";
import {
  type CustomerKeys,
  DECRYPT,
  ENCRYPT,
  ENCRYPT_AND_DECRYPT,
  listKeyStatements,
} from "./customer-keys.js";
import { allow, allowListing, allowOnObjects, formatIndexArn, listIndexArns } from "./policies.js";

/** The resources that the functions use. */
export interface Resources {
  readonly originals: IBucket;
  readonly renditions: IBucket;
  readonly table: ITable;
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
  /** Takes the requests to tag later; absent where nothing is tagged. */
  readonly taggingQueue?: IQueue;
  readonly topic?: ITopic;
  readonly distribution?: IDistribution;
  /** The queue of the paths to invalidate at the distribution. */
  readonly invalidations?: IQueue;
  /** The private key that URLs are signed with. */
  readonly signingSecret?: ISecret;
  readonly keys: CustomerKeys;
}

/** Permissions of the process function. Lambda receives messages from the queue with this role. */
export function listProcessStatements(
  {
    originals,
    renditions,
    table,
    queue,
    deadLetters,
    taggingQueue,
    topic,
    invalidations,
    signingSecret,
    keys,
  }: Resources,
  {
    tags,
    moderates,
    direct,
  }: { readonly tags: boolean; readonly moderates: boolean; readonly direct: boolean },
): readonly PolicyStatement[] {
  const labels = ["rekognition:DetectLabels", ...(moderates ? ["rekognition:DetectModerationLabels"] : [])];
  return [
    allowOnObjects("ReadOriginals", ["s3:GetObject"], originals),
    allowListing("ListOriginals", originals),
    allowOnObjects("WriteRenditions", ["s3:PutObject", "s3:DeleteObject"], renditions),
    allow("ListRenditions", ["s3:ListBucket"], [renditions.bucketArn]),
    allow(
      "WriteRecords",
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchWriteItem"],
      [table.tableArn],
    ),
    allow(
      "ReceiveChanges",
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      [queue, ...(taggingQueue ? [taggingQueue] : [])].map(({ queueArn }) => queueArn),
    ),
    // A request is sent again if what superseded it did not do what it asks for.
    allow("SendRequests", ["sqs:SendMessage"], [queue.queueArn]),
    ...(taggingQueue ? [allow("TagLater", ["sqs:SendMessage"], [taggingQueue.queueArn])] : []),
    ...(direct ? [allow("SendDeadLetters", ["sqs:SendMessage"], [deadLetters.queueArn])] : []),
    ...(topic ? [allow("PublishEvents", ["sns:Publish"], [topic.topicArn])] : []),
    ...(invalidations ? [allow("SendInvalidations", ["sqs:SendMessage"], [invalidations.queueArn])] : []),
    // Rekognition knows no resources for pictures that are sent along.
    ...(tags ? [allow("DetectLabels", labels, ["*"])] : []),
    ...listSecretStatements(signingSecret),
    ...listKeyStatements(keys, {
      originals: DECRYPT,
      renditions: ENCRYPT,
      table: DECRYPT,
      queues: ENCRYPT_AND_DECRYPT,
      topic: ENCRYPT_AND_DECRYPT,
      privateKey: DECRYPT,
    }),
  ];
}

/** Permissions of the invalidate function. Lambda receives messages from its queue with this role. */
export function listInvalidateStatements({
  invalidations,
  distribution,
  keys,
}: Required<Pick<Resources, "invalidations" | "distribution" | "keys">>): readonly PolicyStatement[] {
  return [
    allow(
      "ReceiveInvalidations",
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      [invalidations.queueArn],
    ),
    allow("InvalidatePaths", ["cloudfront:CreateInvalidation"], [formatDistributionArn(distribution)]),
    ...listKeyStatements(keys, { queues: DECRYPT }),
  ];
}

/** Permissions of the read function: reading and listing records, and counting what waits if all of it is in queues. */
export function listReadStatements(
  { table, queue, taggingQueue, signingSecret, keys }: Resources,
  { direct }: { readonly direct: boolean },
): readonly PolicyStatement[] {
  const queueArns = [queue, ...(taggingQueue ? [taggingQueue] : [])].map(({ queueArn }) => queueArn);
  return [
    allow("ReadRecords", ["dynamodb:GetItem", "dynamodb:BatchGetItem"], [table.tableArn]),
    allow("ListRecords", ["dynamodb:Query"], listIndexArns(table)),
    ...(direct ? [] : [allow("CountChanges", ["sqs:GetQueueAttributes"], queueArns)]),
    ...listSecretStatements(signingSecret),
    ...listKeyStatements(keys, { table: DECRYPT, privateKey: DECRYPT }),
  ];
}

/**
 * The permissions of the write function: store originals, sign tickets for them, remove them and all of an owner, send
 * requests, edit records and announce the edits, and start reconciling where there is a function for it. It requests the changes
 * of renditions and of the CDN that an edit needs.
 */
export function listWriteStatements(
  { originals, table, queue, topic, signingSecret, keys }: Resources,
  { reconcile }: { readonly reconcile?: IFunction },
): readonly PolicyStatement[] {
  return [
    allowOnObjects("WriteOriginals", ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], originals),
    allowListing("ListOriginals", originals),
    // In batches go the rows that an image with tags or an owner has beside its own.
    allow(
      "WriteRecords",
      ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:BatchWriteItem"],
      [table.tableArn],
    ),
    // Whoever erases an owner lists their images, of every status.
    allow("ListRecords", ["dynamodb:Query"], [formatIndexArn(table, LISTING)]),
    ...(reconcile ? [allow("StartReconcile", ["lambda:InvokeFunction"], [reconcile.functionArn])] : []),
    allow("SendRequests", ["sqs:SendMessage"], [queue.queueArn]),
    ...(topic ? [allow("PublishEvents", ["sns:Publish"], [topic.topicArn])] : []),
    ...listSecretStatements(signingSecret),
    ...listKeyStatements(keys, {
      originals: ENCRYPT_AND_DECRYPT,
      table: DECRYPT,
      queues: ENCRYPT_AND_DECRYPT,
      topic: ENCRYPT_AND_DECRYPT,
      privateKey: DECRYPT,
    }),
  ];
}

/** Permissions to read the key that URLs are signed with, if they are. */
export function listSecretStatements(secret: ISecret | undefined): readonly PolicyStatement[] {
  return secret ? [allow("ReadSigningKey", ["secretsmanager:GetSecretValue"], [secret.secretArn])] : [];
}

function formatDistributionArn({ distributionId, stack }: IDistribution): string {
  const resource = { service: "cloudfront", region: "", account: Aws.ACCOUNT_ID, resource: "distribution" };
  return Stack.of(stack).formatArn({ ...resource, resourceName: distributionId });
}
