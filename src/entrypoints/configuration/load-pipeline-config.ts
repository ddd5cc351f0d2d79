import { dirname } from "node:path";
import type { PipelineConfig } from "../../domain/model/pipeline-config.js";
import { loadAssets } from "./load-assets.js";
import { loadConfig } from "./load-config.js";
import type { Configuration } from "./schema.js";
import { toPipelineConfig } from "./to-domain.js";

/** A configuration as the pipeline takes it, and where it came from. */
export interface LoadedPipelineConfig {
  readonly config: PipelineConfig;
  readonly configuration: Configuration;
  /** Absolute path of the file; absent when there is none. */
  readonly file?: string;
}

/** Loads a configuration as `loadConfig` does, reads the mark and the font that it names, and turns it into domain values. */
export async function loadPipelineConfig(
  options: { file?: string; directory?: string } = {},
): Promise<LoadedPipelineConfig> {
  const loaded = await loadConfig(options);
  const directory = loaded.file === undefined ? (options.directory ?? ".") : dirname(loaded.file);
  const assets = await loadAssets(loaded.configuration, directory);
  return { ...loaded, config: toPipelineConfig(loaded.configuration, assets) };
}
