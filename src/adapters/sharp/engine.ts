import sharp from "sharp";
import { invalidInput } from "../../domain/model/errors.js";
import type { ImageEngine } from "../../ports/image-engine.js";
import { checkFormats } from "./heic/libheif.js";
import { inspect } from "./inspect-original.js";
import { createLimiter, type Limiter, threadPoolLimiter } from "./limits/limiter.js";
import { selectMemoryBudget } from "./limits/memory-budget.js";
import { prepareLibvips } from "./loaders.js";
import { explainPlan } from "./plan/explain-plan.js";
import { render } from "./render.js";
import { computeEngineVersion, computeNeededVersion } from "./versions.js";

/** Options of {@link sharpEngine}. */
export interface SharpEngineOptions {
  /**
   * Outputs that this engine renders at a time. Default: one limit for all engines of the process, the number of cores
   * but at least one thread fewer than libuv's pool has, so that files and sockets never wait.
   */
  readonly concurrency?: number;
  /**
   * Bytes of memory that decoding may take for all pictures in hand together, as estimated by each picture's
   * `decodeCost`; pictures that do not fit wait. Default: one budget for all engines of the process, half of the memory
   * of the machine or container.
   */
  readonly memoryBudgetBytes?: number;
}

/**
 * The image engine on sharp. Creating it shuts, for the whole process, every libvips decoder except the in-memory
 * ones of JPEG, PNG, WebP, GIF, TIFF and AVIF, and turns libvips' cache off. Throws `internal` when sharp or one of
 * its libraries is older than the oldest safe version, `invalid-input` for an option that is not a whole number from 1.
 */
export function sharpEngine(options: SharpEngineOptions = {}): ImageEngine {
  prepareLibvips();
  const limit = selectLimiter(options);
  const runWithinBudget = selectMemoryBudget(options.memoryBudgetBytes);
  return {
    version: computeEngineVersion(sharp.versions),
    computeVersion: (formats) => computeNeededVersion(sharp.versions, formats),
    checkFormats,
    inspect: (bytes, policy, { signal } = {}) => inspect(bytes, policy, signal),
    explain: explainPlan,
    render: (bytes, plan, { signal } = {}) =>
      runWithinBudget(plan, signal, () => render(bytes, plan, limit, signal)),
  };
}

function selectLimiter({ concurrency }: SharpEngineOptions): Limiter {
  if (concurrency === undefined) return threadPoolLimiter;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw invalidInput("a whole number from 1", "concurrency", concurrency);
  return createLimiter(concurrency);
}
