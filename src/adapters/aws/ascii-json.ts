/**
 * JSON in which every character beyond printable ASCII is escaped. SQS and SNS refuse some characters that a key may
 * have (U+FFFE, control characters), and whoever reads the text sees what is in it.
 */
export function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
