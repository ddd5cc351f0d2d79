import { Aws, Stack } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  CfnEventInvokeConfig,
  EventSourceMapping,
  type Function as LambdaFunction,
} from "aws-cdk-lib/aws-lambda";
import { type Bucket, type CfnBucket, EventType, type IBucket } from "aws-cdk-lib/aws-s3";
import { LambdaDestination, SqsDestination } from "aws-cdk-lib/aws-s3-notifications";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import { acknowledge } from "./acknowledge.js";
import type { ChangeQueues } from "./change-queue.js";
import { createChangesRule } from "./event-bridge.js";
import { allow } from "./policies.js";

/** The kinds of changes that S3 tells: lifecycle expiry too, since an original that has expired is gone. */
const S3_EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"];

/** Options of {@link connectTrigger}. */
export interface TriggerOptions {
  readonly kind: NonNullable<ImagePipelineProps["trigger"]>;
  readonly originals: IBucket;
  /** The same bucket, known by its name alone where it is made here or in another stack. */
  readonly originalsByName: IBucket;
  /** The bucket, if it is made here. */
  readonly made?: Bucket;
  readonly queues: ChangeQueues;
  readonly process: LambdaFunction;
  readonly maxConcurrency: number;
  /** Of the requests to tag later. */
  readonly taggingConcurrency: number;
}

/**
 * Feeds the process function from the queue, one message at a time so that no picture takes others with it, and lets
 * S3 tell changes to the queue, to the function itself, or to EventBridge.
 */
export function connectTrigger(scope: Construct, options: TriggerOptions): void {
  const { kind, originalsByName, made, queues, process, maxConcurrency, taggingConcurrency } = options;
  connectQueue(scope, "FromQueue", { queue: queues.queue, process, maxConcurrency });
  if (queues.taggingQueue)
    connectQueue(scope, "FromTagging", {
      queue: queues.taggingQueue,
      process,
      maxConcurrency: taggingConcurrency,
    });
  if (kind === "direct") sendFailuresToDeadLetters(scope, options);
  if (kind === "eventbridge") notifyThroughEventBridge(scope, options);
  else if (made) notifyFromBucket(made, options);
  else {
    const destination = kind === "queue" ? new SqsDestination(queues.queue) : new LambdaDestination(process);
    for (const event of [EventType.OBJECT_CREATED, EventType.OBJECT_REMOVED, EventType.LIFECYCLE_EXPIRATION])
      originalsByName.addEventNotification(event, destination);
    acknowledgeHandler(scope);
  }
}

function connectQueue(
  scope: Construct,
  id: string,
  {
    queue,
    process,
    maxConcurrency,
  }: { readonly queue: IQueue } & Pick<TriggerOptions, "process" | "maxConcurrency">,
): void {
  const mapping = new EventSourceMapping(scope, id, {
    target: process,
    eventSourceArn: queue.queueArn,
    batchSize: 1,
    reportBatchItemFailures: true,
    maxConcurrency,
  });
  acknowledge(
    mapping,
    "Serverless-LambdaEventSourceMappingDestination",
    "Lambda has no such destination for queues: what fails stays in the queue and moves to its dead-letter queue.",
  );
}

/** EventBridge is told beside everybody whom the bucket notifies already, and of everything: the rule chooses. */
function notifyThroughEventBridge(
  scope: Construct,
  { originals, originalsByName, made, queues }: TriggerOptions,
): void {
  const rule = createChangesRule(scope, { bucket: originalsByName, queues });
  if (made) {
    const child = made.node.defaultChild as CfnBucket;
    child.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    // Whoever comes from another trigger loses no change: this one works before the other is taken away.
    child.node.addDependency(rule);
    return;
  }
  originals.enableEventBridgeNotification();
  acknowledgeHandler(scope);
}

/** CDK's own function that tells a bucket which it does not make itself whom to notify. */
function acknowledgeHandler(scope: Construct): void {
  for (const child of Stack.of(scope).node.children) {
    if (!child.node.id.startsWith("BucketNotificationsHandler")) continue;
    const reason =
      "CDK's own handler of notifications for buckets that were brought along; it runs in deployments only.";
    const policy = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    acknowledge(child, `AwsSolutions-IAM4[Policy::${policy}]`, reason);
  }
}

/** Said in the bucket itself: CDK's own way would bring a function and a role of its own, for every bucket. */
function notifyFromBucket(bucket: Bucket, { kind, queues, process }: TriggerOptions): void {
  const child = bucket.node.defaultChild as CfnBucket;
  if (kind === "direct") {
    child.notificationConfiguration = {
      lambdaConfigurations: S3_EVENTS.map((event) => ({ event, function: process.functionArn })),
    };
    process.addPermission("FromOriginals", {
      principal: new ServicePrincipal("s3.amazonaws.com"),
      sourceArn: formatBucketArn(bucket),
      sourceAccount: Aws.ACCOUNT_ID,
    });
    child.node.addDependency(process.node.findChild("FromOriginals"));
    return;
  }
  child.notificationConfiguration = {
    queueConfigurations: S3_EVENTS.map((event) => ({ event, queue: queues.queue.queueArn })),
  };
  queues.queue.addToResourcePolicy(allowNotifications(bucket, queues));
  child.node.addDependency(queues.queue.node.findChild("Policy"));
}

function allowNotifications(bucket: Bucket, { queue }: ChangeQueues): PolicyStatement {
  const statement = allow("SendChanges", ["sqs:SendMessage"], [queue.queueArn]);
  statement.addServicePrincipal("s3.amazonaws.com");
  statement.addCondition("ArnEquals", { "aws:SourceArn": formatBucketArn(bucket) });
  statement.addCondition("StringEquals", { "aws:SourceAccount": Aws.ACCOUNT_ID });
  return statement;
}

/** By name and not by reference: S3 checks whom it is to tell while the bucket is being made. */
function formatBucketArn(bucket: Bucket): string {
  const child = bucket.node.defaultChild as CfnBucket;
  return `arn:${Aws.PARTITION}:s3:::${child.bucketName}`;
}

/** Sends the events that Lambda gives up on to the dead-letter queue. */
function sendFailuresToDeadLetters(scope: Construct, { process, queues }: TriggerOptions): void {
  new CfnEventInvokeConfig(scope, "OnFailure", {
    functionName: process.functionName,
    qualifier: "$LATEST",
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: 6 * 60 * 60,
    destinationConfig: { onFailure: { destination: queues.deadLetters.queueArn } },
  });
}
