/** The colour names that may be written instead of digits. */
export const COLOUR_NAMES: Readonly<Record<string, string>> = {
  white: "#ffffff",
  black: "#000000",
  transparent: "#00000000",
};
