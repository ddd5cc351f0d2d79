import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { EventSourceMapping, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.js";
import { buildQueueEncryption, RETENTION } from "./change-queue.js";

/** How long paths are collected before they are sent to CloudFront together. */
const WINDOW = Duration.seconds(20);

/**
 * Creates the queue of the paths to invalidate. It has no dead-letter queue: what CloudFront does not take for now is no
 * failure, however often it comes again, and an alarm tells when it takes too long. A message stays hidden as AWS advises
 * for a function that is invoked with batches.
 */
export function createInvalidationQueue(
  scope: Construct,
  { timeout, encryptionKey }: { readonly timeout: Duration; readonly encryptionKey?: IKey },
): Queue {
  const queue = new Queue(scope, "Invalidations", {
    ...buildQueueEncryption(encryptionKey),
    enforceSSL: true,
    retentionPeriod: RETENTION,
    visibilityTimeout: Duration.seconds(6 * timeout.toSeconds() + WINDOW.toSeconds()),
  });
  const reason =
    "Nothing is given up before it expires: a busy CloudFront is no failure, and an alarm tells.";
  acknowledge(queue, "AwsSolutions-SQS3", reason);
  acknowledge(queue, "Serverless-SQSRedrivePolicy", reason);
  return queue;
}

/** Feeds the function from the queue, in batches and with as few invocations at a time as Lambda allows. */
export function connectInvalidations(
  scope: Construct,
  { queue, invalidate }: { readonly queue: Queue; readonly invalidate: LambdaFunction },
): void {
  const mapping = new EventSourceMapping(scope, "FromInvalidations", {
    target: invalidate,
    eventSourceArn: queue.queueArn,
    batchSize: 1_000,
    maxBatchingWindow: WINDOW,
    reportBatchItemFailures: true,
    maxConcurrency: 2,
  });
  acknowledge(
    mapping,
    "Serverless-LambdaEventSourceMappingDestination",
    "Lambda has no such destination for queues: what fails stays in the queue and comes again.",
  );
}
