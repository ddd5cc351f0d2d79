/**
 * Everything that could forge a line, move a terminal's cursor, turn the direction of text around or hide in it:
 * controls, formatting characters, line and paragraph separators, and halves of characters. The names of files, the
 * keys of originals and what is written in them are chosen by strangers.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** The text with each run of invisible characters replaced by `instead`, nothing by default. */
export function removeInvisible(text: string, instead = ""): string {
  return text.replace(INVISIBLE, instead);
}

/**
 * The text with every invisible character written as `\uXXXX`, one for each UTF-16 code unit. JSON without line breaks
 * still means the same, because what is escaped can only stand inside a string.
 */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, (found) =>
    Array.from(
      { length: found.length },
      (_, unit) => `\\u${found.charCodeAt(unit).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
