import { Aws } from "aws-cdk-lib";
import { CfnRule } from "aws-cdk-lib/aws-events";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { ChangeQueues } from "./change-queue.js";
import { allow } from "./policies.js";

/** The kinds of events of S3 on EventBridge that tell changes; a deletion by a lifecycle rule is one of the second kind. */
const KINDS = ["Object Created", "Object Deleted"];

/**
 * Sends the changes of a bucket from EventBridge to the queue. What EventBridge gives up on after a day goes to the
 * dead-letter queue as it is, and can be sent back from there like any other change.
 */
export function createChangesRule(
  scope: Construct,
  { bucket, queues: { queue, deadLetters } }: { readonly bucket: IBucket; readonly queues: ChangeQueues },
): CfnRule {
  const rule = new CfnRule(scope, "OriginalChanges", {
    description: "Changes of originals, to the queue that they are settled from",
    eventPattern: {
      source: ["aws.s3"],
      "detail-type": KINDS,
      detail: { bucket: { name: [bucket.bucketName] } },
    },
    targets: [{ id: "Changes", arn: queue.queueArn, deadLetterConfig: { arn: deadLetters.queueArn } }],
  });
  for (const one of [queue, deadLetters]) allowSending(one, rule);
  allowKey(queue);
  return rule;
}

function allowSending(queue: Queue, rule: CfnRule): void {
  const statement = allow("SendChanges", ["sqs:SendMessage"], [queue.queueArn]);
  statement.addServicePrincipal("events.amazonaws.com");
  statement.addCondition("ArnEquals", { "aws:SourceArn": rule.attrArn });
  queue.addToResourcePolicy(statement);
}

/** By account and not by rule, which the queue under this key is in turn the target of. */
function allowKey({ encryptionMasterKey }: Queue): void {
  if (!encryptionMasterKey) return;
  const statement = allow("UseKeyForChanges", ["kms:Decrypt", "kms:GenerateDataKey"], ["*"]);
  statement.addPrincipals(new ServicePrincipal("events.amazonaws.com"));
  statement.addCondition("StringEquals", { "aws:SourceAccount": Aws.ACCOUNT_ID });
  encryptionMasterKey.addToResourcePolicy(statement, true);
}
