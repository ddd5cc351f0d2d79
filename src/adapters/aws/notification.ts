import { hasCode, quote } from "../../domain/model/errors.js";
import { originalKey } from "../../domain/model/original-key.js";
import { normalizeS3Sequencer } from "./sequencer.js";

/** In place of the bucket of the originals: whatever bucket a notification comes from. No bucket can have this name. */
export const ANY_BUCKET = "*";

/** The two buckets of a pipeline; notifications may come from the originals only. */
export interface BucketPair {
  /** The bucket of the originals. */
  readonly originals: string;
  /** The bucket of the renditions: a notification from there would make renditions of renditions, without an end. */
  readonly renditions: string;
}

/** Thrown for a part of a message that cannot be read. */
export class UnreadableError extends Error {
  override readonly name = "Unreadable";
}

/** Whether `value` is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses JSON; returns other text unchanged. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Reads an object from a field. Throws {@link UnreadableError} if there is none. */
export function readObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const inner = isObject(value) ? value[name] : undefined;
  if (!isObject(inner))
    throw new UnreadableError(`expected an object for ${name} but received ${quote(inner)}`);
  return inner;
}

/** Reads a string from a field. Throws {@link UnreadableError} if there is none. */
export function readString(value: Readonly<Record<string, unknown>>, name: string): string {
  const text = value[name];
  if (typeof text !== "string")
    throw new UnreadableError(`expected a string for ${name} but received ${quote(text)}`);
  return text;
}

/** Throws {@link UnreadableError} unless `bucket` is the bucket of the originals. */
export function checkBucket(bucket: string, { originals, renditions }: BucketPair): void {
  if (bucket === originals || (originals === ANY_BUCKET && bucket !== renditions)) return;
  const received = bucket === renditions ? "that of the renditions, which would be a loop" : quote(bucket);
  throw new UnreadableError(`expected the bucket of the originals but received ${received}`);
}

/** `key` if it can name an original. */
export function checkKey(key: string): string {
  return rethrowUnreadable(() => originalKey(key));
}

/** The sequencer in the field, in the order that the domain compares by. */
export function readSequencer(value: Readonly<Record<string, unknown>>): string {
  return rethrowUnreadable(() => normalizeS3Sequencer(readString(value, "sequencer")));
}

/** Calls `read`, and rethrows its `invalid-input` as {@link UnreadableError}. */
export function rethrowUnreadable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, "invalid-input")) throw new UnreadableError(error.message, { cause: error });
    throw error;
  }
}
