import { availableParallelism } from "node:os";
import { invalidInput } from "../../domain/model/errors.js";
import type { ImageFormat } from "../../domain/model/image-format.js";
import type { SourceFacts } from "../../domain/model/image-metadata.js";
import type { ImageEngine, Rendered } from "../../ports/image-engine.js";
import { checkFormats } from "./heic/libheif.js";
import { readInstalledVersions } from "./installed-versions.js";
import { selectMemoryBudget } from "./limits/memory-budget.js";
import { explainPlan } from "./plan/explain-plan.js";
import { checkMinimumVersions, computeEngineVersion, computeNeededVersion } from "./versions.js";
import type { EngineCall } from "./workers/worker-messages.js";
import { WorkerPool } from "./workers/worker-pool.js";

/** Options of {@link workerEngine}. */
export interface WorkerEngineOptions {
  /** The most processes, and so pictures at a time, but for small ones, of which four share a process. Default: the number of cores. */
  readonly workers?: number;
  /**
   * The processes that start at once, so that the first pictures need not wait; the others start when they are first
   * needed. A whole number. Default: 0.
   */
  readonly startedEarly?: number;
  /** Milliseconds that a picture may take, at most 2,147,483,647. Default: 60,000. */
  readonly timeoutMilliseconds?: number;
  /** Bytes of memory that a process may take in all. Default: 1 GiB. */
  readonly memoryLimitBytes?: number;
  /** Added to this process's niceness for the worker processes, 0 to 19: a higher niceness is a lower priority. Default: 0. */
  readonly niceness?: number;
  /** As {@link SharpEngineOptions.memoryBudgetBytes}: pictures wait for memory before they are given a process. */
  readonly memoryBudgetBytes?: number;
}

/** An engine with processes of its own, which `close` ends. */
export interface WorkerEngine extends ImageEngine {
  /**
   * Kills the processes and resolves when they have ended. Calls in hand and later calls throw `unavailable`. May be
   * called again. An engine that is not closed does not keep the program from ending, and its processes end with it.
   */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 60_000;
const DEFAULT_MEMORY_LIMIT_BYTES = 1024 ** 3;

/** The longest delay that a timer takes. */
const MAX_TIMER_MILLISECONDS = 2 ** 31 - 1;

/**
 * The engine of `sharpEngine()` in worker processes, which are killed when a picture takes too long or too much memory:
 * no limit within a process can stop a decoder. Such a picture, or one that ends its process, is tried once more in a new
 * process and then refused as `decoder-crashed`; other pictures are not affected. Small ones that shared its process are begun
 * anew, each by itself. Processes start when they are first
 * needed, or early. An aborted call kills its process. Throws `internal` when sharp or one of its libraries is older than the oldest safe version, `invalid-input` for an
 * option that is not a whole number from 1.
 */
export function workerEngine(options: WorkerEngineOptions = {}): WorkerEngine {
  const {
    workers = availableParallelism(),
    startedEarly = 0,
    timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS,
    memoryLimitBytes = DEFAULT_MEMORY_LIMIT_BYTES,
    niceness = 0,
    memoryBudgetBytes,
  } = options;
  for (const [name, value] of Object.entries({ workers, timeoutMilliseconds, memoryLimitBytes })) {
    if (!Number.isSafeInteger(value) || value < 1) throw invalidInput("a whole number from 1", name, value);
  }
  if (!Number.isSafeInteger(startedEarly) || startedEarly < 0)
    throw invalidInput("a whole number from 0", "startedEarly", startedEarly);
  if (timeoutMilliseconds > MAX_TIMER_MILLISECONDS)
    throw invalidInput(`at most ${MAX_TIMER_MILLISECONDS}`, "timeoutMilliseconds", timeoutMilliseconds);
  if (!(Number.isInteger(niceness) && niceness >= 0 && niceness <= 19))
    throw invalidInput("a whole number from 0 to 19", "niceness", niceness);
  const versions = readInstalledVersions();
  checkMinimumVersions(versions);
  // From two folders up, because the bundles of the package lie two folders below `dist` too.
  const entry = new URL("../../adapters/sharp/workers/worker-process.js", import.meta.url);
  const pool = new WorkerPool({
    entry,
    execArgv: GARBAGE_COLLECTION_FLAGS,
    niceness,
    workers,
    startedEarly,
    timeoutMilliseconds,
    memoryLimitBytes,
    isSmall,
  });
  return {
    ...createPoolEngine(pool, computeEngineVersion(versions), selectMemoryBudget(memoryBudgetBytes)),
    computeVersion: (formats) => computeNeededVersion(versions, formats),
  };
}

/**
 * The heap has a few megabytes, the buffers beside it many: each picture triggers a garbage collection, and marking
 * incrementally with helper threads takes longer than marking in one go. The young generation would grow by 17 MB and never
 * shrink; a small one is as fast.
 */
const GARBAGE_COLLECTION_FLAGS = ["--no-incremental-marking", "--max-semi-space-size=2"];

/** Most bytes of an original, and most bytes that decoding it takes, of a call that shares its process. */
const SMALL_BYTES = 256 * 1024;
const SMALL_DECODE_COST = 16 * 1024 ** 2;

/**
 * Whether a call is over so soon that handing it to a process by itself would cost more than a second run, should that
 * process end for the fault of another call.
 */
export function isSmall(call: EngineCall): boolean {
  if (call.bytes.length > SMALL_BYTES) return false;
  if (call.method === "inspect") return true;
  const { format, frames, decodeCost } = call.plan.source;
  return PLAIN_FORMATS.has(format) && frames === 1 && decodeCost <= SMALL_DECODE_COST;
}

const PLAIN_FORMATS: ReadonlySet<ImageFormat> = new Set(["jpeg", "png", "webp", "gif"]);

/** The engine whose calls run in a pool's processes. */
export function createPoolEngine(
  pool: WorkerPool,
  version: string,
  runWithinBudget = selectMemoryBudget(undefined),
): WorkerEngine {
  return {
    version,
    isolated: true,
    checkFormats,
    inspect: async (bytes, policy, { signal } = {}) =>
      (await pool.run({ method: "inspect", bytes, policy }, signal)) as SourceFacts,
    render: async (bytes, plan, { signal } = {}) =>
      (await runWithinBudget(plan, signal, () =>
        pool.run({ method: "render", bytes, plan }, signal),
      )) as Rendered,
    explain: explainPlan,
    close: () => pool.close(),
  };
}
