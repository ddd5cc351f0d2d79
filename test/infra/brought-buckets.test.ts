import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { ImagePipelineProps } from "../../infra/image-pipeline-props.js";
import { parseChanges } from "../../src/adapters/aws/original-changes.js";
import {
  createNotifyingBucket,
  type NotificationConfiguration,
} from "../support/infra/bucket-notifications.js";
import { matchesPattern } from "../support/infra/event-pattern.js";
import type { Statement } from "../support/infra/policy.js";
import { synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

const SMALL: ImagePipelineProps = { api: false, cdn: false, notifications: false, alarms: false };

/** The stack over a bucket of originals that exists already, and what it asks CDK's handler to set there. */
function importBucket(trigger: ImagePipelineProps["trigger"]) {
  const synthesized = synthesize((stack) => ({
    ...SMALL,
    originals: Bucket.fromBucketName(stack, "Kept", "originals"),
    ...(trigger && { trigger }),
  }));
  const template = new DeployedTemplate(synthesized);
  const requests = template
    .listResources("Custom::S3BucketNotifications")
    .map(({ properties }) => properties);
  const [request, ...others] = requests;
  if (!request || others.length > 0)
    throw new Error(`the stack has ${requests.length} requests instead of one`);
  expect(request).toMatchObject({ BucketName: "originals", Managed: false });
  const queue = `${template.getId(synthesized.pipeline.queue)}.Arn`;
  return { template, queue, wanted: request.NotificationConfiguration as NotificationConfiguration };
}

describe("a bucket that the stack kept", () => {
  /** The bucket as the first stack left it, which made it and is gone. */
  function keep() {
    const synthesized = synthesize(SMALL);
    const template = new DeployedTemplate(synthesized);
    const { NotificationConfiguration } = template.getConstructProperties(synthesized.pipeline.originals) as {
      NotificationConfiguration: { QueueConfigurations: readonly { Event: string; Queue: string }[] };
    };
    const former = "arn:aws:sqs:eu-central-1:000000000000:former";
    const bucket = createNotifyingBucket([former]);
    const { QueueConfigurations } = NotificationConfiguration;
    bucket.put({
      QueueConfigurations: QueueConfigurations.map(({ Event }) => ({ Events: [Event], QueueArn: former })),
    });
    bucket.drop(former);
    return bucket;
  }

  it.each(["queue", "eventbridge"] as const)(
    "is refused by S3 as it is, and taken by the next stack (%s) once it is cleared as the document says",
    (trigger) => {
      const bucket = keep();
      const { queue, wanted } = importBucket(trigger);
      bucket.add(queue);
      expect(() => bucket.merge(wanted)).toThrow(trigger === "queue" ? "overlap" : "Unable to validate");
      const [, cleared = ""] =
        /put-bucket-notification-configuration .* --notification-configuration '(.*)'/.exec(
          readFileSync("docs/deploying.md", "utf8"),
        ) ?? [];
      bucket.put(JSON.parse(cleared));
      bucket.merge(wanted);
      expect(bucket.get()).toMatchObject(wanted);
    },
  );
});

describe("a bucket that notifies somebody already", () => {
  const theirs = "arn:aws:sqs:eu-central-1:111122223333:theirs";
  const start = (...Events: string[]) => {
    const bucket = createNotifyingBucket([theirs]);
    bucket.put({ QueueConfigurations: [{ Events, QueueArn: theirs }] });
    return bucket;
  };

  it("of uploads can be brought through EventBridge alone, and goes on notifying them", () => {
    const bucket = start("s3:ObjectCreated:Put");
    const byQueue = importBucket("queue");
    bucket.add(byQueue.queue);
    expect(() => bucket.merge(byQueue.wanted)).toThrow("overlap");
    bucket.merge(importBucket("eventbridge").wanted);
    expect(bucket.get()).toMatchObject({
      EventBridgeConfiguration: {},
      QueueConfigurations: [{ QueueArn: theirs }],
    });
  });

  it("of other events can be brought with a queue too", () => {
    const bucket = start("s3:ObjectTagging:*");
    const { queue, wanted } = importBucket("queue");
    bucket.add(queue);
    bucket.merge(wanted);
    expect(bucket.get().QueueConfigurations).toHaveLength(4);
  });
});

describe("the changes of originals through EventBridge", () => {
  const synthesized = synthesize((stack) => ({
    ...SMALL,
    trigger: "eventbridge",
    encryptionKey: new Key(stack, "Key"),
  }));
  const template = new DeployedTemplate(synthesized);
  const rule = template.getOnly("AWS::Events::Rule");
  const [id] = template.listResources("AWS::Events::Rule").map((one) => one.id);
  const { pipeline } = synthesized;
  const bucket = template.getConstructProperties(pipeline.originals);
  const originals = String(bucket.BucketName);
  const createEvent = (kind: string, detail: object, name = originals) => ({
    source: "aws.s3",
    "detail-type": kind,
    detail: {
      bucket: { name },
      object: { key: "cat.jpg", sequencer: "0062E99A88DC407460", etag: "e1" },
      ...detail,
    },
  });

  it("are everything that the queue would be told, and nothing of another bucket", () => {
    const changes = [
      createEvent("Object Created", { reason: "PutObject" }),
      createEvent("Object Deleted", { reason: "DeleteObject", "deletion-type": "Delete Marker Created" }),
      createEvent("Object Deleted", { reason: "DeleteObject", "deletion-type": "Permanently Deleted" }),
      createEvent("Object Deleted", {
        reason: "Lifecycle Expiration",
        "deletion-type": "Permanently Deleted",
      }),
    ];
    for (const event of changes) expect(matchesPattern(event, rule.EventPattern)).toBe(true);
    const parsed = changes.map((event) => parseChanges(event, { originals, renditions: "renditions" }));
    expect(parsed.flatMap(({ changes: [change] }) => change?.type)).toEqual([
      "created",
      "removed",
      "removed",
      "unknown",
    ]);
    const others = [
      createEvent("Object Created", {}, "another"),
      createEvent("Object Tags Added", {}),
      { ...createEvent("Object Created", {}), source: "aws.ec2" },
    ];
    for (const event of others) expect(matchesPattern(event, rule.EventPattern)).toBe(false);
  });

  it("go to the queue, and what cannot be delivered goes to the dead letters; only this rule may send", () => {
    const [queue, dead] = [pipeline.queue, pipeline.deadLetterQueue].map((one) => template.getId(one));
    expect(rule.Targets).toEqual([
      { Id: "Changes", Arn: `${queue}.Arn`, DeadLetterConfig: { Arn: `${dead}.Arn` } },
    ]);
    const policies = template.listResources("AWS::SQS::QueuePolicy").flatMap(({ properties }) => {
      const { Statement } = properties.PolicyDocument as { Statement: readonly Statement[] };
      return Statement.filter(({ Effect }) => Effect === "Allow");
    });
    expect(policies).toEqual(
      [`${dead}.Arn`, `${queue}.Arn`].map((Resource) => ({
        Sid: "SendChanges",
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Principal: { Service: "events.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": `${id}.Arn` } },
        Resource,
      })),
    );
    const { KeyPolicy } = template.getOnly("AWS::KMS::Key") as { KeyPolicy: { Statement: Statement[] } };
    expect(KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({
        Principal: { Service: "events.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
      }),
    );
  });

  it("begin before the bucket stops telling anybody else, so that a stack may come from another trigger", () => {
    expect(bucket.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    const { Resources } = synthesized.template.toJSON();
    expect(Resources[template.getId(pipeline.originals)].DependsOn).toContain(id);
  });
});
