import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DEFAULT_CONFIG, type PipelineConfig } from "../../domain/model/pipeline-config.js";
import { loadAssets } from "../configuration/load-assets.js";
import { toPipelineConfig } from "../configuration/to-domain.js";
import { readPrepared } from "./prepared.js";

/** Looked for in the function's folder when the environment names no other. */
const DEFAULT_FILE = "safelight.config.json";

/**
 * The configuration that lies in a function's folder, or the default one if there is none. Throws `invalid-input` if
 * a named file is not there, and for whatever is wrong in it. The schema is loaded only for a file that was not
 * prepared.
 */
export async function configured({
  folder,
  file = existsSync(resolve(folder, DEFAULT_FILE)) ? DEFAULT_FILE : undefined,
}: {
  readonly folder: string;
  readonly file?: string;
}): Promise<PipelineConfig> {
  if (file === undefined) return DEFAULT_CONFIG;
  const configuration = (await readPrepared(folder, file)) ?? (await checked(folder, file));
  return toPipelineConfig(configuration, await loadAssets(configuration, dirname(resolve(folder, file))));
}

async function checked(directory: string, file: string) {
  const { loadConfig } = await import("../configuration/load-config.js");
  return (await loadConfig({ directory, file })).configuration;
}
