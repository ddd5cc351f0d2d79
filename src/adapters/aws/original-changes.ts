import type { Change } from "../../domain/model/change.js";
import { quote } from "../../domain/model/errors.js";
import { type BucketPair, isObject, parseJson, UnreadableError } from "./notification.js";
import { parseRequest } from "./request-message.js";
import { isEventBridge, parseEventBridge, parseS3Record } from "./s3-changes.js";

/** A part of a message that cannot be read; its message is not acknowledged. */
export interface UnreadablePart {
  /** Expected X but received Y. */
  readonly reason: string;
}

/** The changes in a message. */
export interface ParsedChanges {
  readonly changes: readonly Change[];
  /** The names of events that change no original, such as S3's test event. */
  readonly skipped: readonly string[];
  readonly unreadable: readonly UnreadablePart[];
}

/**
 * Reads what AWS delivers about the originals: an S3 event as S3 sends it, in the body of an SQS message, in an SNS
 * notification in the body of an SQS message, as an event of EventBridge; and requests, as {@link formatRequest} writes them.
 * `message` is the text of a body or what it parses to. Never throws: one record that cannot be read takes nothing
 * from the others beside it.
 */
export function parseChanges(message: unknown, place: BucketPair): ParsedChanges {
  const changes: Change[] = [];
  const skipped: string[] = [];
  const rejected: UnreadablePart[] = [];
  for (const { read, what } of listReaders(message, place)) {
    try {
      const change = read();
      if (change) changes.push(change);
      else skipped.push(typeof what === "string" ? what : "an event");
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      rejected.push({ reason: error.message });
    }
  }
  return { changes, skipped, unreadable: rejected };
}

/** How one part of a message is read. */
interface Reader {
  /** `undefined` for what changes no original. */
  readonly read: () => Change | undefined;
  /** The name of the event, as whoever sent it gives it. */
  readonly what?: unknown;
}

function listReaders(message: unknown, place: BucketPair, depth = 0): readonly Reader[] {
  const envelope = typeof message === "string" ? parseJson(message) : message;
  // Two envelopes around an event are known; more are not taken off, or a message could be made to cost a stack.
  if (!isObject(envelope) || depth > 2) return [refuse("a notification", envelope)];
  if (envelope.Event === "s3:TestEvent") return [{ read: () => undefined, what: envelope.Event }];
  if (envelope.request !== undefined) return [{ read: () => parseRequest(envelope.request) }];
  if (isEventBridge(envelope))
    return [{ read: () => parseEventBridge(envelope, place), what: envelope["detail-type"] }];
  if (envelope.Type === "Notification") return listReaders(envelope.Message, place, depth + 1);
  if (!Array.isArray(envelope.Records)) return [refuse("a notification", envelope)];
  return envelope.Records.flatMap((record: unknown): readonly Reader[] => {
    if (isObject(record) && record.eventSource === "aws:sqs")
      return listReaders(record.body, place, depth + 1);
    if (isObject(record) && isObject(record.Sns)) return listReaders(record.Sns.Message, place, depth + 1);
    return [
      { read: () => parseS3Record(record, place), what: isObject(record) ? record.eventName : undefined },
    ];
  });
}

function refuse(expected: string, received: unknown): Reader {
  const read = () => {
    throw new UnreadableError(`expected ${expected} but received ${quote(received)}`);
  };
  return { read };
}
