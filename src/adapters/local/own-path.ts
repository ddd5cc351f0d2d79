import { parseBlobPath } from "./blob-path.js";

/** Longest name that file systems allow, in bytes. */
const MAX_NAME_BYTES = 255;

/**
 * The relative path of the file that somebody may have put there for `key` under its own name, where that is not the path of
 * another key; `undefined` where it can be none, as with an empty segment.
 */
export function toOwnPath(key: string): string | undefined {
  return isOwnPath(key) && parseSpelledKey(key) === undefined ? key : undefined;
}

/** Whether the text is a path that does not leave its root. */
export function isOwnPath(text: string): boolean {
  return text.split("/").every((name) => {
    const isStep = name === "" || name === "." || name === "..";
    return !isStep && !name.includes("\0") && Buffer.byteLength(name) <= MAX_NAME_BYTES;
  });
}

/** The key that a path is the spelling of; `undefined` if it is that of none. */
export function parseSpelledKey(path: string): string | undefined {
  // Nothing is spelled, too, and is no key.
  return parseBlobPath(path) || undefined;
}
