/**
 * Everything that could forge a line, move a terminal's cursor or turn text around: controls (C0, delete, C1), line
 * and paragraph separators, the marks that reverse direction, and halves of characters. File names are chosen by
 * strangers.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** `text` in one line that shows what it holds and does nothing else. */
export function printable(text: string): string {
  return text.replace(UNSAFE, unicodeEscape);
}

/** A value as one line of JSON. What is escaped can only stand inside a string, where it means the same character. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
