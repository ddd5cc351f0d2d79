import { describe, expect, it } from "@jest/globals";
import type { Stack } from "aws-cdk-lib";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import type { ImagePipelineProps } from "../../infra/image-pipeline-props.js";
import { type Props, synthesize } from "../support/infra/synthesize.js";

const WEBHOOKS = {
  shop: { url: "https://shop.example/hooks/5b0f", types: ["ImageReady", "ImageRemoved"] },
  archive: { url: "https://archive.example/", envelope: true },
} as const;

/** A subscription as CloudFormation has it. */
interface SubscriptionProperties {
  readonly Endpoint: string;
  readonly Protocol: string;
  readonly RawMessageDelivery: boolean;
  readonly FilterPolicy: unknown;
  readonly TopicArn: unknown;
  readonly RedrivePolicy: {
    readonly deadLetterTargetArn: { readonly "Fn::GetAtt": readonly [string, string] };
  };
  readonly DeliveryPolicy: {
    readonly healthyRetryPolicy: Readonly<Record<string, number>>;
    readonly requestPolicy: unknown;
  };
}

function subscribe(props: Props) {
  const { template, app } = synthesize(props);
  const found = Object.values(template.findResources("AWS::SNS::Subscription")).map(
    ({ Properties }) => Properties as SubscriptionProperties,
  );
  return { app, template, byUrl: new Map(found.map((one) => [one.Endpoint, one])) };
}

describe("the webhooks of a deployment", () => {
  const { template, app, byUrl } = subscribe({ webhooks: WEBHOOKS });
  const shop = byUrl.get(WEBHOOKS.shop.url);
  const archive = byUrl.get(WEBHOOKS.archive.url);

  it("are subscribed to the topic of events over TLS, and receive the types that they name, or all", () => {
    expect([...byUrl.keys()].sort()).toEqual([WEBHOOKS.archive.url, WEBHOOKS.shop.url]);
    const [topic] = Object.keys(template.findResources("AWS::SNS::Topic"));
    for (const one of [shop, archive])
      expect(one).toMatchObject({ Protocol: "https", TopicArn: { Ref: topic } });
    expect(shop?.FilterPolicy).toEqual({ type: ["ImageReady", "ImageRemoved"] });
    expect(archive?.FilterPolicy).toEqual({
      type: ["ImageReady", "ImageRejected", "ImageRemoved", "ImageEdited"],
    });
  });

  it("receive the event alone as JSON, or on request in the envelope that SNS signs", () => {
    expect([shop?.RawMessageDelivery, archive?.RawMessageDelivery]).toEqual([true, false]);
    expect(shop?.DeliveryPolicy.requestPolicy).toEqual({ headerContentType: "application/json" });
  });

  it("are tried for most of the hour that SNS allows, and never for longer, whatever its backoff is", () => {
    const {
      minDelayTarget = 0,
      maxDelayTarget = 0,
      numRetries = 0,
      numMinDelayRetries = 0,
      numMaxDelayRetries = 0,
    } = shop?.DeliveryPolicy.healthyRetryPolicy ?? {};
    const fixed = numMinDelayRetries * minDelayTarget + numMaxDelayRetries * maxDelayTarget;
    const between = numRetries - numMinDelayRetries - numMaxDelayRetries;
    expect(between).toBeGreaterThanOrEqual(0);
    expect(fixed + between * maxDelayTarget).toBeLessThanOrEqual(3_600);
    expect(fixed + between * minDelayTarget).toBeGreaterThanOrEqual(3_000);
  });

  it("have a dead-letter queue each, kept for 14 days, which SNS may fill from this topic alone, and an alarm", () => {
    const queues = [shop, archive].map(
      (one) => one?.RedrivePolicy.deadLetterTargetArn["Fn::GetAtt"][0] ?? "",
    );
    expect(new Set(queues).size).toBe(2);
    for (const queue of queues) {
      expect(template.findResources("AWS::SQS::Queue")[queue]?.Properties).toMatchObject({
        MessageRetentionPeriod: 1_209_600,
        SqsManagedSseEnabled: true,
      });
      const policies = Object.values(template.findResources("AWS::SQS::QueuePolicy")).filter(
        ({ Properties }) => Properties.Queues[0].Ref === queue,
      );
      const allowed = policies.flatMap(({ Properties }) =>
        Properties.PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === "Allow"),
      );
      expect(allowed).toEqual([
        expect.objectContaining({
          Action: "sqs:SendMessage",
          Principal: { Service: "sns.amazonaws.com" },
          Condition: { ArnEquals: { "aws:SourceArn": shop?.TopicArn } },
        }),
      ]);
      template.hasResourceProperties("AWS::CloudWatch::Alarm", {
        MetricName: "ApproximateNumberOfMessagesVisible",
        Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": [queue, "QueueName"] } }],
        Threshold: 0,
      });
    }
  });

  it("break no rule of cdk-nag", () => {
    const violations = [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap(
      (pack) => pack.validateScope(app).violations,
    );
    expect(violations).toEqual([]);
  });
});

it("a deployment without webhooks has neither their queues nor their right to your key", () => {
  const createUnderKey = (stack: Stack): ImagePipelineProps => ({ encryptionKey: new Key(stack, "Key") });
  const { template, byUrl } = subscribe(createUnderKey);
  expect(byUrl.size).toBe(0);
  expect(JSON.stringify(template.findResources("AWS::KMS::Key"))).not.toContain("sns.amazonaws.com");
});

it("SNS may use your key for the dead-letter queues of webhooks", () => {
  const createUnderKey = (stack: Stack): ImagePipelineProps => ({
    encryptionKey: new Key(stack, "Key"),
    webhooks: WEBHOOKS,
  });
  const [key] = Object.values(subscribe(createUnderKey).template.findResources("AWS::KMS::Key"));
  const statement = key?.Properties.KeyPolicy.Statement.find(
    ({ Sid }: { Sid: string }) => Sid === "UseKeyAsService",
  );
  expect(statement.Principal.Service).toContain("sns.amazonaws.com");
});

it("a topic of your own gets the subscriptions, unless it is a FIFO topic, which posts to no URL", () => {
  const createWithTopic = (name: string) => (stack: Stack) => ({
    notifications: {
      topic: Topic.fromTopicArn(stack, "Theirs", `arn:aws:sns:eu-central-1:111122223333:${name}`),
    },
    webhooks: WEBHOOKS,
  });
  expect(subscribe(createWithTopic("theirs")).byUrl.get(WEBHOOKS.shop.url)?.TopicArn).toBe(
    "arn:aws:sns:eu-central-1:111122223333:theirs",
  );
  expect(() => subscribe(createWithTopic("theirs.fifo"))).toThrow("expected a standard topic for webhooks");
});
