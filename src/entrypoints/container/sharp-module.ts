import { ContainerModule } from "inversify";
import { sharpEngine } from "../../adapters/sharp/index.js";
import { type Module, provide } from "./module.js";
import { tokens } from "./ports.js";

/** Provides the image engine. */
export function sharpModule(...options: Parameters<typeof sharpEngine>): Module {
  return new ContainerModule(({ bind }) => provide(bind, tokens.engine, () => sharpEngine(...options), []));
}
