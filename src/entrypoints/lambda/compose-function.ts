import type { Log } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import { type Composition, compose, configModule } from "../container/compose.js";
import { type Module, override } from "../container/module.js";
import { tokens } from "../container/ports.js";
import { createAwsStores } from "./aws-stores.js";
import type { Settings } from "./settings.js";
import { traceCall } from "./tracing.js";

/**
 * The pipeline of a function, on what its deployment and its folder say. `modules` say what it decodes with and what
 * else is its own. Throws `invalid-input` for an invalid configuration file.
 */
export async function composeFunction(
  settings: Settings,
  log: Log,
  ...modules: readonly Module[]
): Promise<Composition> {
  const directory = process.env.LAMBDA_TASK_ROOT ?? ".";
  const config = await loadConfiguration(settings.configFile, { directory });
  return compose(
    createAwsStores(settings, { traceCall }),
    configModule(config),
    override(tokens.log, () => log),
    ...modules,
  );
}
