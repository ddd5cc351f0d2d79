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

/** The changes in a message. Both lists are empty for a message without changes, such as S3's test event. */
export interface ParsedChanges {
  readonly changes: readonly Change[];
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
  const rejected: UnreadablePart[] = [];
  for (const read of listReaders(message, place)) {
    try {
      const change = read();
      if (change) changes.push(change);
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      rejected.push({ reason: error.message });
    }
  }
  return { changes, unreadable: rejected };
}

type Reader = () => Change | undefined;

function listReaders(message: unknown, place: BucketPair, depth = 0): readonly Reader[] {
  const envelope = typeof message === "string" ? parseJson(message) : message;
  // Two envelopes around an event are known; more are not taken off, or a message could be made to cost a stack.
  if (!isObject(envelope) || depth > 2) return [refuse("a notification", envelope)];
  if (envelope.Event === "s3:TestEvent") return [];
  if (envelope.request !== undefined) return [() => parseRequest(envelope.request)];
  if (isEventBridge(envelope)) return [() => parseEventBridge(envelope, place)];
  if (envelope.Type === "Notification") return listReaders(envelope.Message, place, depth + 1);
  if (!Array.isArray(envelope.Records)) return [refuse("a notification", envelope)];
  return envelope.Records.flatMap((record: unknown): readonly Reader[] => {
    if (isObject(record) && record.eventSource === "aws:sqs")
      return listReaders(record.body, place, depth + 1);
    if (isObject(record) && isObject(record.Sns)) return listReaders(record.Sns.Message, place, depth + 1);
    return [() => parseS3Record(record, place)];
  });
}

function refuse(expected: string, received: unknown): Reader {
  return () => {
    const text = typeof received === "object" ? JSON.stringify(received) : received;
    throw new UnreadableError(`expected ${expected} but received ${quote(text)}`);
  };
}
