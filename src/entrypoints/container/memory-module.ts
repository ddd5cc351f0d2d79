import { type MemoryAdapters, type MemoryOptions, memory } from "../../adapters/memory/index.js";
import { familyModule } from "./family-module.js";
import type { Module } from "./module.js";
import { tokens } from "./ports.js";
import { optional, token } from "./token.js";

/**
 * Provides every port but the engine, in memory: everything is lost with the process. The clock and the ids are
 * those of the container, if it has any.
 */
export function memoryModule(options: Omit<MemoryOptions, "clock" | "ids"> = {}): Module {
  return familyModule(
    token<MemoryAdapters>("the memory adapters"),
    (clock, ids) => memory({ ...options, clock, ids }),
    [optional(tokens.clock), optional(tokens.ids)],
  );
}
