import { ContainerModule } from "inversify";
import { type JsonLogOptions, jsonLog, randomIds, systemClock } from "../../adapters/system/index.js";
import { type Module, provide } from "./module.js";
import { tokens } from "./ports.js";

/** Provides the clock, the ids and a JSON log on standard error, which takes its times from the container's clock. */
export function systemModule(log: Omit<JsonLogOptions, "clock"> = {}): Module {
  return new ContainerModule(({ bind }) => {
    provide(bind, tokens.clock, () => systemClock, []);
    provide(bind, tokens.ids, () => randomIds, []);
    provide(bind, tokens.log, (clock) => jsonLog({ ...log, clock }), [tokens.clock]);
  });
}
