import type { Change } from "../../domain/model/change.js";
import { shown } from "../../domain/model/errors.js";
import { askIn } from "./asks.js";
import { isObject, type Place, parsed, Unreadable } from "./notification.js";
import { changeOfEventBridge, changeOfRecord, isEventBridge } from "./s3-changes.js";

/** Something that cannot be settled, and why; it stays with whoever delivered it. */
export interface Rejected {
  /** Expected X but received Y. */
  readonly reason: string;
}

/** What a message came to. A message with nothing on either side is one that says nothing, such as S3's test event. */
export interface Parsed {
  readonly changes: readonly Change[];
  readonly rejected: readonly Rejected[];
}

/**
 * Reads what AWS delivers about the originals: an S3 event as S3 sends it, in the body of an SQS message, in an SNS
 * notification in the body of an SQS message, as an event of EventBridge; and asks, as {@link askBody} writes them.
 * `message` is the text of a body or what it parses to. Never throws: one record that cannot be read takes nothing
 * from the others beside it.
 */
export function parseChanges(message: unknown, place: Place): Parsed {
  const changes: Change[] = [];
  const rejected: Rejected[] = [];
  for (const read of readersOf(message, place)) {
    try {
      const change = read();
      if (change) changes.push(change);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      rejected.push({ reason: error.message });
    }
  }
  return { changes, rejected };
}

type Reader = () => Change | undefined;

function readersOf(message: unknown, place: Place, depth = 0): readonly Reader[] {
  const envelope = typeof message === "string" ? parsed(message) : message;
  // Two envelopes around an event are known; more are not taken off, or a message could be made to cost a stack.
  if (!isObject(envelope) || depth > 2) return [unreadable("a notification", envelope)];
  if (envelope.Event === "s3:TestEvent") return [];
  if (envelope.request !== undefined) return [() => askIn(envelope.request)];
  if (isEventBridge(envelope)) return [() => changeOfEventBridge(envelope, place)];
  if (envelope.Type === "Notification") return readersOf(envelope.Message, place, depth + 1);
  if (!Array.isArray(envelope.Records)) return [unreadable("a notification", envelope)];
  return envelope.Records.flatMap((record: unknown): readonly Reader[] => {
    if (isObject(record) && record.eventSource === "aws:sqs") return readersOf(record.body, place, depth + 1);
    if (isObject(record) && isObject(record.Sns)) return readersOf(record.Sns.Message, place, depth + 1);
    return [() => changeOfRecord(record, place)];
  });
}

function unreadable(expected: string, received: unknown): Reader {
  return () => {
    const text = typeof received === "object" ? JSON.stringify(received) : received;
    throw new Unreadable(`expected ${expected} but received ${shown(text)}`);
  };
}
