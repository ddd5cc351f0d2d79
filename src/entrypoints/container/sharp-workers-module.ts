import { ContainerModule } from "inversify";
import { computeInstalledVersion } from "../../adapters/sharp/versions.js";
import { type WorkerEngine, workerEngine } from "../../adapters/sharp/worker-engine.js";
import { pipelineConfig } from "../../domain/model/pipeline-config.js";
import { type Module, override, provide } from "./module.js";
import { createAbsentEngine } from "./no-engine-module.js";
import { tokens } from "./ports.js";
import { optional, token } from "./token.js";

/**
 * Provides the image engine in processes that can be killed, for programs that must survive every picture. Closing
 * the composition ends the processes.
 */
export function sharpWorkersModule(...options: Parameters<typeof workerEngine>): Module {
  const workers = token<WorkerEngine>("the engine's processes");
  return new ContainerModule(({ bind, onDeactivation }) => {
    provide(bind, workers, () => workerEngine(...options), []);
    onDeactivation<WorkerEngine>(workers, (engine) => engine.close());
    provide(bind, tokens.engine, (engine) => engine, [workers]);
  });
}

/**
 * Stands in for the engine of a deployment on AWS, whose version it has if sharp is the same: the formats that the configuration
 * lets in are all that it decodes. It renders nothing.
 */
export function createSharpVersionModule(): Module {
  return override(
    tokens.engine,
    (config) => createAbsentEngine(computeInstalledVersion(pipelineConfig(config ?? {}).uploads.formats)),
    [optional(tokens.config)],
  );
}
