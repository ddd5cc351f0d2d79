import { type LocalAdapters, type LocalOptions, local } from "../../adapters/local/index.js";
import { familyModule } from "./family-module.js";
import type { Module } from "./module.js";
import { token } from "./token.js";

/** The local adapters themselves, which offer more than their ports. */
export const localAdapters = token<LocalAdapters>("the local adapters");

/**
 * Provides every port but the engine, on a data directory of this machine. Closing the composition
 * releases the directory.
 */
export function localModule(options: LocalOptions): Module {
  return familyModule(
    localAdapters,
    () => local(options),
    [],
    (adapters) => adapters.close(),
  );
}
