import { Stack } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { DECRYPT, ENCRYPT, ENCRYPT_AND_DECRYPT, type KeyUses, listKeyStatements } from "./customer-keys.js";
import { allow, allowListing, allowOnObjects, listIndexArns } from "./policies.js";
import { listSecretStatements, type Resources } from "./roles.js";

/** Permissions to upload originals, and nothing else. */
export function listUploadStatements({ originals, keys }: Resources): readonly PolicyStatement[] {
  return [
    allowOnObjects("Upload", ["s3:PutObject"], originals),
    ...listKeyStatements(keys, { originals: ENCRYPT }),
  ];
}

/** Permissions to read renditions from their bucket, and to read and list records. */
export function listLookStatements({ renditions, table, keys }: Resources): readonly PolicyStatement[] {
  return [
    allowOnObjects("ReadRenditions", ["s3:GetObject"], renditions),
    allow("ReadRecords", ["dynamodb:GetItem", "dynamodb:BatchGetItem"], [table.tableArn]),
    allow("ListRecords", ["dynamodb:Query"], listIndexArns(table)),
    ...listKeyStatements(keys, { renditions: DECRYPT, table: DECRYPT }),
  ];
}

/** Actions on the dead letters of whoever sends them back. */
const REDRIVE_ACTIONS = [
  "sqs:StartMessageMoveTask",
  "sqs:ListMessageMoveTasks",
  "sqs:CancelMessageMoveTask",
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
];

/** Permissions to send dead letters back to the queue. */
export function listRedriveStatements({ queue, deadLetters, keys }: Resources): readonly PolicyStatement[] {
  return [
    allow("TakeDeadLetters", REDRIVE_ACTIONS, [deadLetters.queueArn]),
    allow("SendBack", ["sqs:SendMessage"], [queue.queueArn]),
    ...listKeyStatements(keys, { queues: ENCRYPT_AND_DECRYPT }),
  ];
}

/**
 * Permissions of people at a command line: to compare all that is stored and to close the difference, to take in what is there,
 * and to send dead letters back. Rendering is left to the functions.
 */
export function listOperateStatements(scope: Construct, resources: Resources): readonly PolicyStatement[] {
  const { keys, deadLetters } = resources;
  return [
    allow("ReadOutputs", ["cloudformation:DescribeStacks"], [formatStackArn(scope)]),
    ...listReconcileStatements(resources),
    allow("TakeDeadLetters", ["sqs:ReceiveMessage", "sqs:DeleteMessage"], [deadLetters.queueArn]),
    ...listKeyStatements(keys, RECONCILE_KEYS),
  ];
}

/** Whoever asks for a stack by its name may not know its id. */
function formatStackArn(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  return Stack.of(scope).formatArn({
    service: "cloudformation",
    resource: "stack",
    resourceName: `${stackName}/*`,
  });
}

/** The uses that reconciling has for your keys. */
export const RECONCILE_KEYS: KeyUses = {
  originals: DECRYPT,
  renditions: DECRYPT,
  table: DECRYPT,
  queues: ENCRYPT_AND_DECRYPT,
  topic: ENCRYPT_AND_DECRYPT,
  privateKey: DECRYPT,
};

/** Permissions to compare all that is stored with what should be, and to close the difference by requests, but for those on keys. */
export function listReconcileStatements({
  originals,
  renditions,
  table,
  queue,
  topic,
  invalidations,
  signingSecret,
}: Resources): readonly PolicyStatement[] {
  return [
    allowListing("ListOriginals", originals),
    allowOnObjects("LookAtOriginals", ["s3:GetObject"], originals),
    allowListing("ListRenditions", renditions),
    allowOnObjects("DeleteOrphans", ["s3:GetObject", "s3:DeleteObject"], renditions),
    allow("CompareRecords", [...RECORD_ACTIONS], [table.tableArn]),
    allow("SendRequests", ["sqs:SendMessage"], [queue.queueArn]),
    // Of outboxes that whoever settled an image has left.
    ...(invalidations ? [allow("SendInvalidations", ["sqs:SendMessage"], [invalidations.queueArn])] : []),
    ...(topic ? [allow("PublishEvents", ["sns:Publish"], [topic.topicArn])] : []),
    ...listSecretStatements(signingSecret),
  ];
}

const RECORD_ACTIONS = [
  "dynamodb:Scan",
  "dynamodb:BatchGetItem",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:DeleteItem",
];
