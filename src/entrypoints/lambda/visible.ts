/**
 * Controls, line breaks, marks that reverse the direction of text or show nothing at all, and halves of characters.
 * Keys of originals are chosen by strangers; whoever reads a log must see what is in them.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** `value` with every invisible character in its texts, and in the names of its fields, written as `\uXXXX`. */
export function visible(value: unknown): unknown {
  if (typeof value === "string") return visibleText(value);
  if (value instanceof Error) return visibleText(String(value));
  if (Array.isArray(value)) return value.map(visible);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [visibleText(name), visible(inner)]),
  );
}

/** The text with every invisible character written as `\uXXXX`. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, (found) =>
    Array.from({ length: found.length }, (_, unit) => found.charCodeAt(unit))
      .map((code) => `\\u${code.toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
