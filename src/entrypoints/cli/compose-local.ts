import type { PipelineConfig } from "../../domain/model/pipeline-config.js";
import type { Log } from "../../ports/log.js";
import type { Composition } from "../container/index.js";

/**
 * A pipeline on a data directory of this machine. Everything is loaded here and not at the top, because `--help` and
 * a wrong option need neither a database nor an image engine. The engine works in processes that can be killed: one
 * picture must not end the run.
 */
export async function composeLocal(options: {
  dir: string;
  config?: PipelineConfig;
  log?: Log;
  /** The processes for rendering that start at once. Default: none. */
  startedEarly?: number;
}): Promise<Composition> {
  const { compose, configModule, localModule, override, sharpWorkersModule, tokens } = await import(
    "./composition.js"
  );
  const { dir, config, log, startedEarly } = options;
  return compose(
    localModule({ dir }),
    sharpWorkersModule({ startedEarly }),
    ...(config ? [configModule(config)] : []),
    ...(log ? [override(tokens.log, () => log)] : []),
  );
}

/** A pipeline that stores nothing: enough to plan what the one on a data directory would do. */
export async function composeInMemory(config: PipelineConfig): Promise<Composition> {
  const { compose, configModule, memoryModule, sharpWorkersModule } = await import("./composition.js");
  return compose(memoryModule({ provider: "local" }), sharpWorkersModule(), configModule(config));
}
