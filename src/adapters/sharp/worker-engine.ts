import { availableParallelism } from "node:os";
import { invalidInput } from "../../domain/model/errors.js";
import type { SourceFacts } from "../../domain/model/image-metadata.js";
import type { ImageEngine, Rendered } from "../../ports/image-engine.js";
import { budgetOf } from "./limits/memory-budget.js";
import { explainPlan } from "./plan/explain.js";
import { checkFloors, engineVersion } from "./versions.js";
import { WorkerPool } from "./workers/worker-pool.js";

/** What can be chosen about the engine that works in other processes. */
export interface WorkerEngineOptions {
  /** Processes at most, and so pictures worked on at a time. Default: the number of cores. */
  readonly workers?: number;
  /** Milliseconds that a picture may take. Default 60,000. */
  readonly timeLimit?: number;
  /** Bytes of memory that the process of a picture may take, itself included. Default 1 GiB. */
  readonly memoryLimit?: number;
  /**
   * How much more willing than this process the others are to leave the processor to somebody else, as the system
   * counts niceness: 0 to 19. Default 0.
   */
  readonly nicer?: number;
  /** As {@link SharpEngineOptions.memoryBudget}: pictures wait for memory before they get a process. */
  readonly memoryBudget?: number;
}

/** An engine that holds processes. */
export interface WorkerEngine extends ImageEngine {
  /**
   * Kills the processes; calls in hand and later ones throw `unavailable`. Resolves when they are gone. Repeating it
   * is success. An engine that is not closed does not keep the program from ending, and its processes end with it.
   */
  close(): Promise<void>;
}

const DEFAULT_TIME_LIMIT = 60_000;
const DEFAULT_MEMORY_LIMIT = 1024 ** 3;

/** The longest that a timer can be set to. */
const LONGEST = 2 ** 31 - 1;

/**
 * The engine of `sharpEngine()`, in processes that are killed when a picture takes too long or too much memory: no
 * limit within a process can stop a decoder. Such a picture is tried once more in a new process and then refused as
 * `decoder-crashed`, as is one that ends its process; other pictures do not notice. Processes start when they are needed. An aborted call kills its process.
 * Throws `internal` when sharp or one of its libraries is older than what is known to be safe, `invalid-input` for an
 * option that is not a whole number from 1.
 */
export function workerEngine(options: WorkerEngineOptions = {}): WorkerEngine {
  const {
    workers = availableParallelism(),
    timeLimit = DEFAULT_TIME_LIMIT,
    memoryLimit = DEFAULT_MEMORY_LIMIT,
    nicer = 0,
    memoryBudget,
  } = options;
  for (const [name, value] of Object.entries({ workers, timeLimit, memoryLimit })) {
    if (!Number.isSafeInteger(value) || value < 1) throw invalidInput("a whole number from 1", name, value);
  }
  if (timeLimit > LONGEST) throw invalidInput(`at most ${LONGEST} ms`, "timeLimit", timeLimit);
  if (!(Number.isInteger(nicer) && nicer >= 0 && nicer <= 19))
    throw invalidInput("a whole number from 0 to 19", "nicer", nicer);
  checkFloors();
  // From two folders up, because that is the same place from where the package bundles this.
  const entry = new URL("../../adapters/sharp/workers/worker-process.js", import.meta.url);
  const pool = new WorkerPool({ entry, execArgv: COLLECTING, nicer, workers, timeLimit, memoryLimit });
  return engineOn(pool, engineVersion(), budgetOf(memoryBudget));
}

/**
 * A heap of a few megabytes beside buffers of many: each picture makes V8 look for garbage, and doing that in steps with
 * helper threads beside them takes longer than doing it in one go. Room for new objects would grow by 17 MB some day and
 * never shrink; little of it serves as well.
 */
const COLLECTING = ["--no-incremental-marking", "--max-semi-space-size=2"];

/** The engine that a pool's processes hold together. */
export function engineOn(pool: WorkerPool, version: string, within = budgetOf(undefined)): WorkerEngine {
  return {
    version,
    isolated: true,
    inspect: async (bytes, policy, { signal } = {}) =>
      (await pool.run({ method: "inspect", bytes, policy }, signal)) as SourceFacts,
    render: async (bytes, plan, { signal } = {}) =>
      (await within(plan, signal, () => pool.run({ method: "render", bytes, plan }, signal))) as Rendered,
    explain: explainPlan,
    close: () => pool.close(),
  };
}
