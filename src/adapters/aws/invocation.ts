import type { Delivery } from "../../domain/model/change.js";
import { isObject, type Place, parsed } from "./notification.js";
import { parseChanges } from "./original-changes.js";

/** What one message of a queue, or one direct invocation, came to. */
export interface Message {
  /** The queue's name for the message; empty where it has none. */
  readonly id: string;
  readonly deliveries: readonly Delivery[];
  /** What cannot be settled in it, in sentences. */
  readonly unreadable: readonly string[];
}

/** What a function was invoked with. */
export interface Invocation {
  /** Whether the messages come from a queue, which wants to hear about each of them. */
  readonly queued: boolean;
  readonly messages: readonly Message[];
}

/** What is known about the queue and the buckets. */
export interface Source extends Place {
  readonly maxAttempts: number;
}

/**
 * Reads the event of an invocation: a batch of SQS messages, or directly an event of S3, SNS or EventBridge. Never
 * throws; what cannot be read is reported beside what can.
 *
 * A direct event does not say how often it came, so it counts as the first receive: an original that kills its process
 * is then tried as often as Lambda tries, and what Lambda leaves with the on-failure destination counts those tries
 * when it is sent to the queue.
 */
export function messagesIn(event: unknown, source: Source): Invocation {
  const records = isObject(event) && Array.isArray(event.Records) ? event.Records : [];
  const queued = records.some(isQueued);
  if (!queued) return { queued, messages: [messageOf("", event, { earlier: 0, attempt: 1, source })] };
  const messages = records.map((record: unknown) => {
    if (!isQueued(record)) return messageOf("", record, { earlier: 0, attempt: 1, source });
    const attributes = isObject(record.attributes) ? record.attributes : {};
    const attempt = countIn(attributes.ApproximateReceiveCount);
    const { body, earlier } = unwrapped(record.body);
    return messageOf(typeof record.messageId === "string" ? record.messageId : "", body, {
      earlier,
      attempt,
      source,
    });
  });
  return { queued, messages };
}

function messageOf(
  id: string,
  body: unknown,
  { earlier, attempt, source }: { earlier: number; attempt: number; source: Source },
): Message {
  const { changes, rejected } = parseChanges(body, source);
  return {
    id,
    deliveries: changes.map((change, index) => ({
      id: `${index}/${id}`,
      change,
      attempt: earlier + attempt,
      isFinalAttempt: id !== "" && attempt >= source.maxAttempts,
    })),
    unreadable: rejected.map(({ reason }) => reason),
  };
}

/** Lambda's note about an invocation that it gave up on holds the event that it was about, and how often it tried. */
function unwrapped(body: unknown): { readonly body: unknown; readonly earlier: number } {
  const note = typeof body === "string" && body.includes('"requestPayload"') ? parsed(body) : undefined;
  if (!isObject(note) || !isObject(note.requestContext)) return { body, earlier: 0 };
  return { body: note.requestPayload, earlier: countIn(note.requestContext.approximateInvokeCount) };
}

/** How often something happened that happened at least once. */
function countIn(value: unknown): number {
  // Anything but text and numbers is no count, and some objects cannot even be asked for their number.
  const count = typeof value === "string" || typeof value === "number" ? Number(value) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

function isQueued(record: unknown): record is Readonly<Record<string, unknown>> {
  return isObject(record) && record.eventSource === "aws:sqs";
}
