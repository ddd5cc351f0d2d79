import { ContainerModule } from "inversify";
import type { PipelineConfig } from "../../domain/model/pipeline-config.js";
import type { Module } from "./module.js";
import { provide } from "./provide.js";
import { tokens } from "./tokens.js";

/** Provides the configuration. Without this module the pipeline uses its default configuration. */
export function configModule(config: PipelineConfig): Module {
  return new ContainerModule(({ bind }) => provide(bind, tokens.config, () => config, []));
}
