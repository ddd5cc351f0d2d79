import { ContainerModule } from "inversify";
import { local } from "../../adapters/local/index.js";
import type { Module } from "./module.js";
import { provide } from "./provide.js";
import { provideStores } from "./stores.js";
import { token } from "./token.js";

type LocalPorts = ReturnType<typeof local>;

/** Provides every port but the engine, on a directory of this machine. Closing the composition closes its database. */
export function localModule(...options: Parameters<typeof local>): Module {
  const family = token<LocalPorts>("the local adapters");
  return new ContainerModule(({ bind, onDeactivation }) => {
    provide(bind, family, () => local(...options), []);
    onDeactivation<LocalPorts>(family, (ports) => ports.close());
    provideStores(bind, family);
  });
}
