import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { DECRYPT, ENCRYPT, ENCRYPT_AND_DECRYPT, listKeyStatements } from "./customer-keys.js";
import { allow, allowOnObjects, listIndexArns } from "./policies.js";
import type { Resources } from "./roles.js";

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
