import { invalidInput } from "../../domain/model/errors.js";
import type { ImageEngine } from "../../ports/image-engine.js";
import { inspect } from "./inspect-original.js";
import { type Limiter, limiter, shareOfThreadPool } from "./limits/limiter.js";
import { budgetOf } from "./limits/memory-budget.js";
import { prepareLibvips } from "./loaders.js";
import { explainPlan } from "./plan/explain.js";
import { render } from "./render.js";
import { engineVersion } from "./versions.js";

/** What can be chosen about the engine. */
export interface SharpEngineOptions {
  /**
   * Outputs that this engine works on at a time. By default one limit for the whole process: the number of cores,
   * and at least one thread fewer than libuv's pool has, so that files and sockets are never kept waiting.
   */
  readonly concurrency?: number;
  /**
   * Bytes of memory that decoding may take for all pictures in hand together, as estimated by each picture's
   * `decodeCost`; what does not fit waits. By default one budget for the whole process: half of the memory of the
   * machine or container.
   */
  readonly memoryBudget?: number;
}

/**
 * The image engine on sharp. Creating it shuts, for the whole process, every libvips decoder except the in-memory
 * ones of JPEG, PNG, WebP, GIF, TIFF and AVIF, and turns libvips' cache off. Throws `internal` when sharp or one of
 * its libraries is older than what is known to be safe, `invalid-input` for an option that is not a whole number from 1.
 */
export function sharpEngine(options: SharpEngineOptions = {}): ImageEngine {
  prepareLibvips();
  const limit = limitOf(options);
  const within = budgetOf(options.memoryBudget);
  return {
    version: engineVersion(),
    inspect: (bytes, policy, { signal } = {}) => inspect(bytes, policy, signal),
    explain: explainPlan,
    render: (bytes, plan, { signal } = {}) => within(plan, signal, () => render(bytes, plan, limit, signal)),
  };
}

function limitOf({ concurrency }: SharpEngineOptions): Limiter {
  if (concurrency === undefined) return shareOfThreadPool;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw invalidInput("a whole number from 1", "concurrency", concurrency);
  return limiter(concurrency);
}
