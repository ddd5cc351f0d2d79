import { ContainerModule } from "inversify";
import { sharpEngine } from "../../adapters/sharp/index.js";
import type { Module } from "./module.js";
import { provide } from "./provide.js";
import { tokens } from "./tokens.js";

/** Provides the image engine. */
export function sharpModule(...options: Parameters<typeof sharpEngine>): Module {
  return new ContainerModule(({ bind }) => provide(bind, tokens.engine, () => sharpEngine(...options), []));
}
