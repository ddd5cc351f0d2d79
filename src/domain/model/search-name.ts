import { invalidInput } from "./errors.js";
import type { ImageRecord } from "./image-record.js";
import { removeInvisible } from "./invisible-characters.js";

/** Most bytes of a beginning that is searched for, in UTF-8: no file's name is longer. */
const MAX_PREFIX_BYTES = 255;

/** Most bytes of a folded name in UTF-8: folding makes no text more than three times as long. */
const MAX_BYTES = 3 * MAX_PREFIX_BYTES;

/** Sorts after everything that a folded name may go on with: a noncharacter, which no text should have and no folded name has. */
const LAST = "\u{10FFFF}";

/**
 * The name of an image's file as searches compare it: without invisible characters, in Unicode's normal form C, each
 * character in lower case. That is locale-free, and stays as it is for every character that Unicode has: case is
 * folded by way of the capital, so that ς is σ, ß is ss and ẞ is both. Folding a folded text changes nothing.
 */
export function foldName(text: string): string {
  const visible = removeInvisible(text).replaceAll(LAST, "").normalize("NFC");
  // One by one: what a sigma becomes must not depend on whether a word ends behind it.
  const folded = Array.from(visible, (one) => one.toLowerCase().toUpperCase().toLowerCase()).join("");
  return truncateBytes(folded.normalize("NFC"));
}

/** The folded name of a record: that under which a search finds it. */
export function readSearchName({ fileName }: Pick<ImageRecord, "fileName">): string {
  return foldName(fileName);
}

/**
 * The folded form of the beginning of a name. Throws `invalid-input` for more than 255 bytes of UTF-8, and if no visible
 * character is in it.
 */
export function foldPrefix(text: string): string {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text).length : 0;
  if (bytes === 0 || bytes > MAX_PREFIX_BYTES)
    throw invalidInput(
      `the beginning of a file's name, 1 to ${MAX_PREFIX_BYTES} bytes of UTF-8,`,
      "name",
      text,
    );
  const folded = foldName(text);
  if (folded === "") throw invalidInput("at least one visible character", "name", text);
  return folded;
}

/** The end of the range of folded names that begin with `prefix`, itself not in it, by the order of their UTF-8 bytes. */
export function findPrefixEnd(prefix: string): string {
  return prefix + LAST;
}

function truncateBytes(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length;
    if (bytes > MAX_BYTES) return text.slice(0, end);
    end += character.length;
  }
  return text;
}
