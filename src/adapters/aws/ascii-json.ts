/**
 * JSON in which every character beyond printable ASCII is escaped. SQS and SNS refuse some characters that a key may
 * have (U+FFFE, control characters), and invisible characters become visible.
 */
export function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
