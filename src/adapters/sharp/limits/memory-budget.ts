import { totalmem } from "node:os";
import { invalidInput } from "../../../domain/model/errors.js";
import type { RenderPlan } from "../../../domain/model/render-plan.js";
import { Semaphore } from "./semaphore.js";

/** Runs the rendering of a plan once there is memory for it. */
export type MemoryBudget = <T>(
  plan: RenderPlan,
  signal: AbortSignal | undefined,
  task: () => Promise<T>,
) => Promise<T>;

/** Bytes of memory that one permit stands for. */
const PERMIT_BYTES = 1024 * 1024;

/**
 * Lets pictures be decoded side by side as long as their estimated costs fit into `bytes` together; the others wait
 * in the order of their call. A picture that would never fit is decoded by itself.
 */
export function createMemoryBudget(bytes: number): MemoryBudget {
  const total = Math.max(1, Math.floor(bytes / PERMIT_BYTES));
  const semaphore = new Semaphore(total);
  return ({ source }, signal, task) => {
    const permits = Math.ceil(source.decodeCost / PERMIT_BYTES);
    return semaphore.run(Math.min(Math.max(permits, 1), total), task, signal);
  };
}

/** Shared by all engines of the process, because they share its memory: half of what the machine or container has. */
const processBudget = createMemoryBudget(Math.min(totalmem(), process.constrainedMemory() || totalmem()) / 2);

/** A budget of `bytes`, or the one of the process. Throws `invalid-input` for anything but a whole number from 1. */
export function selectMemoryBudget(bytes: number | undefined): MemoryBudget {
  if (bytes === undefined) return processBudget;
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw invalidInput("a whole number of bytes from 1", "memoryBudgetBytes", bytes);
  return createMemoryBudget(bytes);
}
