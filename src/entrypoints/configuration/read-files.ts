import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Asset, asset } from "../../domain/model/asset.js";
import type { Check } from "../../domain/model/checks.js";
import { quote, SafelightError } from "../../domain/model/errors.js";
import { parseJson } from "./json-text.js";

/* Files are read synchronously: a configuration is read when a process starts and has nothing else to do. */

/** A large font of all of Chinese, Japanese and Korean has 20 million bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Reads a JSON file. Throws `invalid-input`: with `name` for an unreadable file, with line and column for malformed JSON. */
export function readDocument(file: string, name: string): unknown {
  const bytes = wrapReadError(() => readFileSync(file), "a readable configuration file", quote(name));
  const decode = () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  return parseJson(wrapReadError(decode, `UTF-8 in ${quote(name)}`, "bytes that are not"), quote(name));
}

/** Creates a check that accepts bytes, or reads the file at a path relative to `directory`. */
export function createFileCheck(directory: string): Check<Asset> {
  return (value, context) => {
    if (typeof value === "object") return asset(value, context);
    if (typeof value !== "string" || value === "") return context.refuse("the path of a file", value);
    try {
      const file = resolve(directory, value);
      const { size } = statSync(file);
      if (size > 0 && size <= MAX_BYTES) return new Asset(readFileSync(file));
      return context.refuse(`a file of 1 to ${MAX_BYTES} bytes`, `${value} (${size} bytes)`);
    } catch (error) {
      return context.refuse("a readable file", `${value} (${(error as NodeJS.ErrnoException).code})`);
    }
  };
}

function wrapReadError<T>(read: () => T, expected: string, received: string): T {
  try {
    return read();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code?.startsWith("E") && !code.startsWith("ERR_ENC") ? ` (${code})` : "";
    throw new SafelightError("invalid-input", `expected ${expected} but received ${received}${reason}`, {
      cause,
    });
  }
}
