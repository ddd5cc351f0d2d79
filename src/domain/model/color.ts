import type { Check } from "./checks.js";

/** The color names that may be written instead of digits. */
const NAMES: Readonly<Record<string, string>> = {
  white: "#ffffff",
  black: "#000000",
  transparent: "#00000000",
};

/** How a color may be written, whole: hexadecimal digits, opacity last, or a name. */
export const COLOR_PATTERN = new RegExp(
  `^(#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?|${Object.keys(NAMES).join("|")})$`,
);

const EXPECTED = `a color as #rrggbb, #rrggbbaa or one of ${Object.keys(NAMES).join(", ")}`;

/** Reads a color; it becomes digits in lower case. */
export const color: Check<string> = (value, context) =>
  typeof value === "string" && COLOR_PATTERN.test(value)
    ? (NAMES[value] ?? value.toLowerCase())
    : context.refuse(EXPECTED, value);
