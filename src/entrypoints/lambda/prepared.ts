import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { sha256Hex } from "../../domain/model/digest.js";
import type { Configuration } from "../configuration/schema.js";

/** A configuration that was checked when the function's folder was put together. */
export interface Prepared {
  /** Of the file that was checked. */
  readonly sha256: string;
  readonly configuration: Configuration;
}

/** The name of the file beside a configuration that says what it means. */
export function preparedNameOf(file: string): string {
  return `${file}.prepared`;
}

/** What is to lie beside a configuration file with these bytes, which was checked and means `configuration`. */
export function preparedText(file: Uint8Array, configuration: Configuration): string {
  const prepared: Prepared = { sha256: sha256Hex(file), configuration };
  return `${JSON.stringify(prepared)}\n`;
}

/** What the configuration file means, if it was prepared and is still the file that was; else `undefined`. */
export async function readPrepared(folder: string, file: string): Promise<Configuration | undefined> {
  try {
    const [text, prepared] = await Promise.all([
      readFile(resolve(folder, file)),
      readFile(resolve(folder, preparedNameOf(file)), "utf8"),
    ]);
    const { sha256, configuration } = JSON.parse(prepared) as Prepared;
    return sha256 === sha256Hex(text) ? configuration : undefined;
  } catch {
    // Whatever is wrong here, reading the configuration itself says it better.
    return undefined;
  }
}
