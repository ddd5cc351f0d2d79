export type { AssetInput } from "../../domain/model/asset.js";
export type { ConfigurationInput, PipelineConfig } from "../../domain/model/pipeline-config.js";
export { loadConfiguration, parseConfiguration } from "./load-configuration.js";
