import { totalmem } from "node:os";
import { invalidInput } from "../../../domain/model/errors.js";
import type { RenderPlan } from "../../../domain/model/render-plan.js";
import { Places } from "./places.js";

/** Runs the rendering of a plan once there is memory for it. */
export type MemoryBudget = <T>(
  plan: RenderPlan,
  signal: AbortSignal | undefined,
  task: () => Promise<T>,
) => Promise<T>;

/** Places are counted in these bytes. */
const UNIT = 1024 * 1024;

/**
 * Lets pictures be decoded side by side as long as their estimated costs fit into `bytes` together; the others wait
 * in the order of asking. One that would never fit has it all to itself.
 */
export function memoryBudget(bytes: number): MemoryBudget {
  const whole = Math.max(1, Math.floor(bytes / UNIT));
  const places = new Places(whole);
  return ({ source }, signal, task) => {
    const asked = Math.ceil(source.decodeCost / UNIT);
    return places.during(Math.min(Math.max(asked, 1), whole), task, signal);
  };
}

/** Shared by all engines of the process, because they share its memory: half of what the machine or container has. */
const shareOfMemory = memoryBudget(Math.min(totalmem(), process.constrainedMemory() || totalmem()) / 2);

/** The budget that was asked for. Throws `invalid-input` for what is not a whole number from 1. */
export function budgetOf(bytes: number | undefined): MemoryBudget {
  if (bytes === undefined) return shareOfMemory;
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw invalidInput("a whole number of bytes from 1", "memoryBudget", bytes);
  return memoryBudget(bytes);
}
