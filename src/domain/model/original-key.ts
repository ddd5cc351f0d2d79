import type { Branded } from "./brand.js";
import { invalidInput } from "./errors.js";

/** Where an original lies in the store of originals. */
export type OriginalKey = Branded<"OriginalKey">;

/** S3's own limit on a key, in bytes of UTF-8. Every store keeps it, so that a key never depends on the store. */
export const MAX_KEY_BYTES = 1024;

/**
 * Returns `key` if it can name an original, otherwise throws `invalid-input`. Any text is a key, dots, spaces and
 * control characters included, that is not empty, is well-formed Unicode (a lone surrogate has no UTF-8, so two
 * such keys would be one) and has at most 1,024 bytes. Keys are never normalized.
 */
export function originalKey(key: string): OriginalKey {
  if (typeof key !== "string" || key === "") throw invalidInput("at least one character", "key", key);
  checkKeyPrefix(key, "key");
  return key as OriginalKey;
}

/** Whether `key` can name an original, see {@link originalKey}. */
export function isOriginalKey(key: string): key is OriginalKey {
  return key !== "" && isWellFormed(key) && new TextEncoder().encode(key).length <= MAX_KEY_BYTES;
}

/** Throws `invalid-input` unless keys can start with `prefix`, which may be empty. */
export function checkKeyPrefix(prefix: string, name = "prefix"): void {
  if (!isWellFormed(prefix)) throw invalidInput("well-formed Unicode", name, prefix);
  const bytes = new TextEncoder().encode(prefix).length;
  if (bytes > MAX_KEY_BYTES)
    throw invalidInput(`at most ${MAX_KEY_BYTES} bytes of UTF-8`, name, `${bytes} bytes`);
}

/** The last segment of a key: what people would call the file's name. Never used as a path. */
export function readLastSegment(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** Compares two keys by their UTF-8 bytes, the order in which stores list them (UTF-16 order differs beyond U+D7FF). */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  // Without such characters the two orders are the same, and most of the time of sorting a listing is here.
  if (!BEYOND.test(a) && !BEYOND.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const BEYOND = /[\ud800-\uffff]/;

function isWellFormed(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) return false;
  }
  return true;
}
