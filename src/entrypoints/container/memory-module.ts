import { ContainerModule } from "inversify";
import { memory } from "../../adapters/memory/index.js";
import type { Module } from "./module.js";
import { provide } from "./provide.js";
import { provideStores, type StorePorts } from "./stores.js";
import { token } from "./token.js";

/** Provides every port but the engine, in memory: gone with the process. */
export function memoryModule(): Module {
  const family = token<StorePorts>("the memory adapters");
  return new ContainerModule(({ bind }) => {
    provide(bind, family, () => memory(), []);
    provideStores(bind, family);
  });
}
