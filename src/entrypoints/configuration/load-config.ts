import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { SafelightError, shown } from "../../domain/model/errors.js";
import { parseJson } from "./json-text.js";
import { parseConfiguration } from "./parse-configuration.js";
import type { Configuration } from "./schema.js";

/** The file that is looked for in the working directory when none is named. */
export const DEFAULT_CONFIG_FILE = "safelight.config.json";

/** A configuration and where it came from. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** Absolute path of the file, which the paths inside it are relative to; absent when there is no file. */
  readonly file?: string;
}

/**
 * Reads the configuration from `file`, or by default from `safelight.config.json` in `directory` (the working
 * directory) if there is one, or else takes the defaults. Throws `invalid-input` if a named file cannot be read, and
 * for whatever is wrong in it, all of it at once.
 */
export async function loadConfig(
  options: { file?: string; directory?: string } = {},
): Promise<LoadedConfiguration> {
  const name = options.file ?? DEFAULT_CONFIG_FILE;
  const file = resolve(options.directory ?? ".", name);
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (options.file === undefined && cause.code === "ENOENT") return undefined;
    throw new SafelightError(
      "invalid-input",
      `expected a readable configuration file but received ${shown(name)} (${cause.code})`,
      { cause },
    );
  });
  if (bytes === undefined) return { configuration: parseConfiguration({}) };
  return { configuration: parseConfiguration(parseJson(utf8(bytes, name), shown(name)), shown(name)), file };
}

function utf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SafelightError(
      "invalid-input",
      `expected UTF-8 in ${shown(name)} but received bytes that are not`,
      { cause },
    );
  }
}
