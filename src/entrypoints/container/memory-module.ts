import { ContainerModule } from "inversify";
import { type MemoryAdapters, type MemoryOptions, memory } from "../../adapters/memory/index.js";
import type { Module } from "./module.js";
import { provide } from "./provide.js";
import { provideStores } from "./stores.js";
import { optional, token } from "./token.js";
import { tokens } from "./tokens.js";

/**
 * Provides every port but the engine, in memory: gone with the process. The clock and the ids are those of the
 * container, if it holds any.
 */
export function memoryModule(options: Omit<MemoryOptions, "clock" | "ids"> = {}): Module {
  const family = token<MemoryAdapters>("the memory adapters");
  return new ContainerModule(({ bind }) => {
    provide(
      bind,
      family,
      (clock, ids) => memory({ ...options, ...(clock && { clock }), ...(ids && { ids }) }),
      [optional(tokens.clock), optional(tokens.ids)],
    );
    provideStores(bind, family);
    provide(bind, tokens.tagger, ({ tagger }) => tagger, [family]);
  });
}
