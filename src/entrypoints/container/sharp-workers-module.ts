import { ContainerModule } from "inversify";
import { type WorkerEngine, workerEngine } from "../../adapters/sharp/worker-engine.js";
import { type Module, provide } from "./module.js";
import { tokens } from "./ports.js";
import { token } from "./token.js";

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
