import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Change } from "../../domain/model/change.js";
import type { CallOptions } from "../../ports/call-options.js";
import { callService } from "../s3/sdk-errors.js";
import { limitSilence } from "../s3/timeouts.js";
import { isObject, parseJson } from "./notification.js";
import { ANY_BUCKET, parseRecording } from "./recorded-notifications.js";

/** A message that the queue, or Lambda, gave up on. */
export interface DeadLetter {
  readonly id: string;
  /** When it was first sent, ISO 8601 in UTC. */
  readonly sentAt?: string;
  /** The changes in it. */
  readonly changes: readonly Change[];
  /** Why it was given up, as far as the message itself tells; empty where only the log of `process` does. */
  readonly reasons: readonly string[];
  readonly body: string;
  readonly receipt: string;
}

type QueueClient = Pick<SQSClient, "send">;

/** The client of the queues, as the SDK makes it from its environment. */
export function createQueueClient(): QueueClient {
  return new SQSClient(limitSilence());
}

/** Seconds for which nobody else sees what is looked at: enough to send it back. */
const HIDDEN_SECONDS = 60;

/** Receives in a row that find nothing before a queue counts as empty: one alone asks some of its servers only. */
const EMPTY_RECEIVES = 3;

/**
 * Reads what lies in a dead-letter queue, each message once. They stay there: for a minute they are hidden from others, then
 * they can be seen again.
 */
export async function* readDeadLetters(
  sqs: QueueClient,
  url: string,
  { signal }: CallOptions = {},
): AsyncGenerator<DeadLetter, void, void> {
  const seen = new Set<string>();
  for (let empty = 0; empty < EMPTY_RECEIVES; ) {
    const look = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ["SentTimestamp"],
    });
    const { Messages = [] } = await callService("SQS ReceiveMessage", signal, (options) =>
      sqs.send(look, options),
    );
    const fresh = Messages.filter(({ MessageId = "" }) => !seen.has(MessageId));
    empty = fresh.length === 0 ? empty + 1 : 0;
    for (const message of fresh) {
      seen.add(message.MessageId ?? "");
      yield toDeadLetter(message);
    }
  }
}

/** Sends a dead letter back, and deletes it once it is there: stopped in between, it is sent twice, which is safe. */
export async function sendBack(
  sqs: QueueClient,
  { body, receipt }: DeadLetter,
  { from, to, signal }: CallOptions & { readonly from: string; readonly to: string },
): Promise<void> {
  const send = new SendMessageCommand({ QueueUrl: to, MessageBody: body });
  await callService("SQS SendMessage", signal, (options) => sqs.send(send, options));
  const remove = new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: receipt });
  await callService("SQS DeleteMessage", signal, (options) => sqs.send(remove, options));
}

function toDeadLetter({
  MessageId: id = "",
  Body: body = "",
  ReceiptHandle: receipt = "",
  Attributes,
}: Message): DeadLetter {
  const sent = Number(Attributes?.SentTimestamp);
  const parsed = parseRecording(JSON.stringify({ Body: body }), {
    originals: ANY_BUCKET,
    renditions: "",
    maxAttempts: Number.POSITIVE_INFINITY,
  });
  return {
    id,
    ...(sent > 0 && { sentAt: new Date(sent).toISOString() }),
    changes: parsed.flatMap(({ deliveries }) => deliveries.map(({ change }) => change)),
    reasons: [...parsed.flatMap(({ unreadable }) => unreadable), ...readFailure(body)],
    body,
    receipt,
  };
}

/** The error in the record that Lambda leaves of an invocation without a queue. */
function readFailure(body: string): readonly string[] {
  const record = parseJson(body);
  const payload = isObject(record) ? record.responsePayload : undefined;
  if (!isObject(payload) || typeof payload.errorMessage !== "string") return [];
  const type = typeof payload.errorType === "string" ? `${payload.errorType}: ` : "";
  return [`${type}${payload.errorMessage}`];
}
