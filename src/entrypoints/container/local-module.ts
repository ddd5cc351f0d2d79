import { ContainerModule } from "inversify";
import { type Local, type LocalOptions, local } from "../../adapters/local/index.js";
import type { Module } from "./module.js";
import { provide } from "./provide.js";
import { provideStores } from "./stores.js";
import { token } from "./token.js";
import { tokens } from "./tokens.js";

/**
 * Provides every port but the engine, on a data directory of this machine. Closing the composition
 * lets go of the directory.
 */
export function localModule(options: LocalOptions): Module {
  const family = token<Local>("the local adapters");
  return new ContainerModule(({ bind, onDeactivation }) => {
    provide(bind, family, () => local(options), []);
    onDeactivation<Local>(family, (ports) => ports.close());
    provideStores(bind, family);
    provide(bind, tokens.tagger, ({ tagger }) => tagger, [family]);
  });
}
