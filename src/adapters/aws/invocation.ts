import type { Delivery } from "../../domain/model/change.js";
import { type BucketPair, isObject, parseJson } from "./notification.js";
import { parseChanges } from "./original-changes.js";

/** The changes in one message of a queue, or in one direct invocation. */
export interface Message {
  /** The queue's name for the message; empty where it has none. */
  readonly id: string;
  readonly deliveries: readonly Delivery[];
  /** The names of the events in it that change no original. */
  readonly skipped: readonly string[];
  /** Why parts of it cannot be read, one sentence each. */
  readonly unreadable: readonly string[];
}

/** The messages that a function was invoked with. */
export interface Invocation {
  /** Whether the messages come from a queue, to which each failed one is reported. */
  readonly isFromQueue: boolean;
  readonly messages: readonly Message[];
}

/** The buckets, and how often the queue delivers a message. */
export interface QueueSource extends BucketPair {
  readonly maxAttempts: number;
}

/**
 * Parses the event of an invocation: a batch of SQS messages, or an event of S3, SNS or EventBridge. Never throws;
 * parts that cannot be read are in `unreadable`.
 *
 * A direct event does not say how often it came, so it counts as the first receive: an original that kills its process
 * is then tried as often as Lambda tries, and what Lambda leaves with the on-failure destination counts those tries
 * when it is sent to the queue.
 */
export function parseInvocation(event: unknown, source: QueueSource): Invocation {
  const records = isObject(event) && Array.isArray(event.Records) ? event.Records : [];
  const isFromQueue = records.some(isSqsRecord);
  if (!isFromQueue)
    return { isFromQueue, messages: [toMessage("", event, { earlierAttempts: 0, attempt: 1, source })] };
  const messages = records.map((record: unknown) => {
    if (!isSqsRecord(record)) return toMessage("", record, { earlierAttempts: 0, attempt: 1, source });
    const attributes = isObject(record.attributes) ? record.attributes : {};
    const attempt = parseCount(attributes.ApproximateReceiveCount);
    const { body, earlierAttempts } = unwrapFailureRecord(record.body);
    return toMessage(typeof record.messageId === "string" ? record.messageId : "", body, {
      earlierAttempts,
      attempt,
      source,
    });
  });
  return { isFromQueue, messages };
}

function toMessage(
  id: string,
  body: unknown,
  { earlierAttempts, attempt, source }: { earlierAttempts: number; attempt: number; source: QueueSource },
): Message {
  const { changes, skipped, unreadable } = parseChanges(body, source);
  return {
    id,
    skipped,
    deliveries: changes.map((change, index) => ({
      id: `${index}/${id}`,
      change,
      attempt: earlierAttempts + attempt,
      isFinalAttempt: id !== "" && attempt >= source.maxAttempts,
    })),
    unreadable: unreadable.map(({ reason }) => reason),
  };
}

/** The event in the record that Lambda sends to the on-failure destination, and how often Lambda tried it. */
function unwrapFailureRecord(body: unknown): { readonly body: unknown; readonly earlierAttempts: number } {
  const failure = typeof body === "string" && body.includes('"requestPayload"') ? parseJson(body) : undefined;
  if (!isObject(failure) || !isObject(failure.requestContext)) return { body, earlierAttempts: 0 };
  return {
    body: failure.requestPayload,
    earlierAttempts: parseCount(failure.requestContext.approximateInvokeCount),
  };
}

/** A count of at least 1; anything else counts as 1. */
function parseCount(value: unknown): number {
  // Number() throws for some objects.
  const count = typeof value === "string" || typeof value === "number" ? Number(value) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

function isSqsRecord(record: unknown): record is Readonly<Record<string, unknown>> {
  return isObject(record) && record.eventSource === "aws:sqs";
}
