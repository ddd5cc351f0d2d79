import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { checked } from "../../domain/model/checks.js";
import { shown } from "../../domain/model/errors.js";
import {
  type ConfigurationInput,
  configurationOf,
  DEFAULT_CONFIG,
  type PipelineConfig,
  pipelineConfig,
} from "../../domain/model/pipeline-config.js";

/** The file that is looked for when none is named. */
export const DEFAULT_CONFIG_FILE = "safelight.config.json";

/**
 * Completes any value that is to be a configuration, such as parsed JSON. Bytes stand where a configuration file has a
 * path. Throws one `invalid-input` that names every fault by its path.
 */
export function parseConfiguration(value: unknown): PipelineConfig {
  return pipelineConfig(value as ConfigurationInput);
}

/**
 * Reads the configuration file `path`, and the mark and the font that it names by paths relative to itself. Without a
 * path it reads `safelight.config.json` if there is one, and else resolves to the defaults. A path is relative to
 * `directory` (default: the working directory). Throws `invalid-input` for a file that cannot be read, by line and column
 * for what is no JSON, and for whatever is wrong in it, all of it at once.
 */
export async function loadConfiguration(
  path?: string,
  { directory = "." }: { readonly directory?: string } = {},
): Promise<PipelineConfig> {
  const name = path ?? DEFAULT_CONFIG_FILE;
  const file = resolve(directory, name);
  if (path === undefined && !existsSync(file)) return DEFAULT_CONFIG;
  // Loaded only for a file: whoever has no file needs no parser, in a function that starts cold least of all.
  const { createFileCheck: fileBeside, readDocument } = await import("./read-files.js");
  return checked(shown(name), configurationOf(fileBeside(dirname(file))), readDocument(file, name));
}
