import { Duration, Token } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BackoffFunction,
  type DeliveryPolicy,
  type ITopic,
  Subscription,
  SubscriptionFilter,
  SubscriptionProtocol,
} from "aws-cdk-lib/aws-sns";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Check } from "../../src/domain/model/checks.js";
import * as is from "../../src/domain/model/checks.js";
import { invalidInput, SafelightError } from "../../src/domain/model/errors.js";
import { IMAGE_EVENT_TYPES } from "../../src/domain/model/image-record.js";
import { WEBHOOK_NAME, WEBHOOK_URL } from "../../src/domain/model/webhook.js";
import type { WebhookProps } from "../props/events-props.js";
import { acknowledge } from "./acknowledge.js";
import { buildQueueEncryption, RETENTION } from "./change-queue.js";

/** A subscriber, and where lies what SNS could not deliver to it. */
export interface SubscribedWebhook {
  readonly name: string;
  readonly deadLetters: Queue;
}

/**
 * As patient as SNS can be: it refuses a policy that takes more than an hour. Four retries within the first 20 seconds,
 * for a subscriber that restarts, and then one every five minutes. Whatever the delay of the one in between, all of them
 * take 3,320 seconds at most.
 */
const DELIVERY_POLICY: DeliveryPolicy = {
  healthyRetryPolicy: {
    minDelayTarget: Duration.seconds(5),
    maxDelayTarget: Duration.minutes(5),
    numRetries: 15,
    numMinDelayRetries: 4,
    numMaxDelayRetries: 10,
    backoffFunction: BackoffFunction.EXPONENTIAL,
  },
  requestPolicy: { headerContentType: "application/json" },
};

/** Subscribes the webhooks to the topic of events. Throws `invalid-input` for what SNS cannot post to. */
export function createWebhooks(
  scope: Construct,
  {
    webhooks,
    topic,
    encryptionKey,
  }: {
    readonly webhooks: Readonly<Record<string, WebhookProps>>;
    readonly topic: ITopic | undefined;
    readonly encryptionKey?: IKey;
  },
): readonly SubscribedWebhook[] {
  const checked = Object.entries(is.runCheck("the webhooks", checkWebhooks, webhooks));
  if (checked.length === 0) return [];
  if (!topic)
    throw new SafelightError(
      "invalid-input",
      "expected notifications for webhooks but received false; leave notifications out, so that there is a topic to subscribe to",
    );
  if (topic.fifo) throw invalidInput("a standard topic for webhooks", "notifications.topic", "a FIFO topic");
  const parent = new Construct(scope, "Webhooks");
  return checked.map(([name, { url, types, envelope }]) => {
    const deadLetters = new Queue(parent, `${name}-dead-letters`, {
      ...buildQueueEncryption(encryptionKey),
      enforceSSL: true,
      retentionPeriod: RETENTION,
    });
    const reason =
      "This is the dead-letter queue of a subscription; an alarm tells people about its first message.";
    acknowledge(deadLetters, "AwsSolutions-SQS3", reason);
    acknowledge(deadLetters, "Serverless-SQSRedrivePolicy", reason);
    new Subscription(parent, name, {
      topic,
      endpoint: url,
      protocol: SubscriptionProtocol.HTTPS,
      rawMessageDelivery: !envelope,
      filterPolicy: { type: SubscriptionFilter.stringFilter({ allowlist: [...types] }) },
      deliveryPolicy: DELIVERY_POLICY,
      deadLetterQueue: deadLetters,
    });
    return { name, deadLetters };
  });
}

const webhook: Check<Required<WebhookProps>> = is.checkSection<Required<WebhookProps>>(
  {
    url: is.checkValue("an https URL without credentials or a fragment", isSecureUrl),
    types: is.checkList(is.checkChoice(IMAGE_EVENT_TYPES), 1),
    envelope: is.yesOrNo,
  },
  ({ url }, context) => {
    if (url === undefined) context.descend("url").refuse("the URL of a subscriber", url);
    return { types: IMAGE_EVENT_TYPES, envelope: false };
  },
);

const checkWebhooks: Check<Readonly<Record<string, Required<WebhookProps>>>> = (value, context) => {
  const entries = is.listEntries(value);
  if (entries === undefined) return context.refuse("an object of subscribers, by name", value);
  return Object.fromEntries(
    entries.map(([name, one]) => {
      if (!WEBHOOK_NAME.test(String(name)))
        context.descend(name).refuse("a name of 1 to 64 characters of a-z, 0-9, - and _", name);
      return [String(name), webhook(one, context.descend(name))];
    }),
  );
};

/** A URL that is known only once the stack is deployed is checked by SNS. */
function isSecureUrl(value: unknown): boolean {
  if (typeof value !== "string") return false;
  return (
    Token.isUnresolved(value) ||
    (value.startsWith("https://") && WEBHOOK_URL.test(value) && URL.canParse(value))
  );
}
