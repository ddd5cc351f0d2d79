import { Aws, Stack } from "aws-cdk-lib";
import type { IDistribution } from "aws-cdk-lib/aws-cloudfront";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { allow, indexArns, onObjects, seeWhatIsMissing, useKey } from "./policies.js";

/** What the functions work on. */
export interface Resources {
  readonly originals: IBucket;
  readonly renditions: IBucket;
  readonly table: ITable;
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
  readonly topic?: ITopic;
  readonly distribution?: IDistribution;
  /** The private key that URLs are signed with. */
  readonly signingSecret?: ISecret;
  readonly encryptionKey?: IKey;
}

/** What the process function may do. Lambda itself takes messages from the queue in its name. */
export function processStatements(
  { originals, renditions, table, queue, deadLetters, topic, distribution, ...keys }: Resources,
  {
    tags,
    moderates,
    direct,
  }: { readonly tags: boolean; readonly moderates: boolean; readonly direct: boolean },
): readonly PolicyStatement[] {
  const labels = ["rekognition:DetectLabels", ...(moderates ? ["rekognition:DetectModerationLabels"] : [])];
  return [
    onObjects("ReadOriginals", ["s3:GetObject"], originals),
    seeWhatIsMissing("SeeMissingOriginals", originals),
    onObjects("WriteRenditions", ["s3:PutObject", "s3:DeleteObject"], renditions),
    allow("ListRenditions", ["s3:ListBucket"], [renditions.bucketArn]),
    allow(
      "KeepRecords",
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchWriteItem"],
      [table.tableArn],
    ),
    allow(
      "TakeChanges",
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      [queue.queueArn],
    ),
    ...(direct ? [allow("LeaveDeadLetters", ["sqs:SendMessage"], [deadLetters.queueArn])] : []),
    ...(topic ? [allow("TellEvents", ["sns:Publish"], [topic.topicArn])] : []),
    ...(distribution ? [allow("ForgetPaths", ["cloudfront:CreateInvalidation"], [arnOf(distribution)])] : []),
    // Rekognition knows no resources for pictures that are sent along.
    ...(tags ? [allow("DetectLabels", labels, ["*"])] : []),
    ...keyStatements(keys),
  ];
}

/** What the read function may do: look at records, one by one and in lists. */
export function readStatements({ table, signingSecret }: Resources): readonly PolicyStatement[] {
  return [
    allow("ReadRecords", ["dynamodb:GetItem", "dynamodb:BatchGetItem"], [table.tableArn]),
    allow("ListRecords", ["dynamodb:Query"], indexArns(table)),
    ...keyStatements({ signingSecret }),
  ];
}

/**
 * What the write function may do: take originals in, sign tickets for them, remove them, request, and edit records, which
 * it tells itself. Renditions and the CDN are not its own: what an edit changes of them it requests.
 */
export function writeStatements({
  originals,
  table,
  queue,
  topic,
  ...keys
}: Resources): readonly PolicyStatement[] {
  return [
    onObjects("KeepOriginals", ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], originals),
    seeWhatIsMissing("SeeMissingOriginals", originals),
    // In batches go the rows that an image with tags or an owner has beside its own.
    allow(
      "KeepRecords",
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchWriteItem"],
      [table.tableArn],
    ),
    allow("SendAsks", ["sqs:SendMessage"], [queue.queueArn]),
    ...(topic ? [allow("TellEvents", ["sns:Publish"], [topic.topicArn])] : []),
    ...keyStatements(keys),
  ];
}

function keyStatements({ signingSecret, encryptionKey }: Partial<Resources>): readonly PolicyStatement[] {
  return [
    ...(signingSecret
      ? [allow("ReadSigningKey", ["secretsmanager:GetSecretValue"], [signingSecret.secretArn])]
      : []),
    ...(encryptionKey ? [useKey(encryptionKey)] : []),
  ];
}

function arnOf({ distributionId, stack }: IDistribution): string {
  const resource = { service: "cloudfront", region: "", account: Aws.ACCOUNT_ID, resource: "distribution" };
  return Stack.of(stack).formatArn({ ...resource, resourceName: distributionId });
}
