import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { runCheck } from "../../domain/model/checks.js";
import { quote } from "../../domain/model/errors.js";
import {
  type ConfigurationInput,
  createConfigurationCheck,
  DEFAULT_CONFIG,
  type PipelineConfig,
  pipelineConfig,
} from "../../domain/model/pipeline-config.js";

/** The file that is read if no path is given. */
export const DEFAULT_CONFIG_FILE = "safelight.config.json";

/**
 * Checks a configuration, such as parsed JSON, and fills in its defaults. Where a configuration file has the path of an image
 * or a font, it has bytes. Throws one `invalid-input` that lists every error by its path.
 */
export function parseConfiguration(value: unknown): PipelineConfig {
  return pipelineConfig(value as ConfigurationInput);
}

/**
 * Loads the configuration file at `path`, relative to `directory` (default: the working directory), with the watermark image
 * and the font that it names by paths relative to itself. Without a path it reads `safelight.config.json`, or returns the
 * defaults if there is none. Throws `invalid-input` for a file that cannot be read, with line and column for malformed
 * JSON, and with all errors at once for a wrong configuration.
 */
export async function loadConfiguration(
  path?: string,
  { directory = "." }: { readonly directory?: string } = {},
): Promise<PipelineConfig> {
  const name = path ?? DEFAULT_CONFIG_FILE;
  const file = resolve(directory, name);
  if (path === undefined && !existsSync(file)) return DEFAULT_CONFIG;
  // The parser is loaded only if there is a file, which keeps cold starts short.
  const { createFileCheck: fileBeside, readDocument } = await import("./read-files.js");
  return runCheck(quote(name), createConfigurationCheck(fileBeside(dirname(file))), readDocument(file, name));
}
