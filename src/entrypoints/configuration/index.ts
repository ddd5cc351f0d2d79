export { configurationJsonSchema } from "./json-schema.js";
export { type ConfigurationAssets, loadAssets } from "./load-assets.js";
export { DEFAULT_CONFIG_FILE, type LoadedConfiguration, loadConfig } from "./load-config.js";
export { type LoadedPipelineConfig, loadPipelineConfig } from "./load-pipeline-config.js";
export { parseConfiguration } from "./parse-configuration.js";
export type { Configuration, ConfigurationInput } from "./schema.js";
export { toPipelineConfig } from "./to-domain.js";
