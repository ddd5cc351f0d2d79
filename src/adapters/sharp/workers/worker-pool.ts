import { SafelightError } from "../../../domain/model/errors.js";
import { Semaphore } from "../limits/semaphore.js";
import type { WorkerExit, WorkerLimits, WorkerOutcome } from "./call-in-hand.js";
import type { WorkerProgram } from "./start-worker-process.js";
import { type PoolRequest, Worker } from "./worker.js";
import type { EngineAnswer, EngineCall } from "./worker-messages.js";
import { WorkerSeats } from "./worker-seats.js";

/** Options of {@link WorkerPool}. */
export interface WorkerPoolOptions extends WorkerProgram, WorkerLimits {
  /** The most processes at a time. */
  readonly workers: number;
  /** The processes that start at once, before they are needed; at most `workers`. Default: 0. */
  readonly startedEarly?: number;
  /** Whether a call may share a process with others like it. Default: none may. */
  readonly isSmall?: (call: EngineCall) => boolean;
}

/**
 * Where a call runs: in a process with other small ones, in any process by itself, in a new one, or in a new one while no
 * other call runs.
 */
type Mode = "together" | "single" | "fresh" | "exclusive";

/** Permits that a call by itself takes: small ones take one each, so that a process has some waiting while it answers one. */
const PERMITS_OF_A_WORKER = 2;

/**
 * Runs calls of the engine in processes that can be killed, one call at a time in each, but for small ones: whatever one
 * picture does to its process, no other picture is blamed for it. A process starts when it is first needed, or early.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #semaphore: Semaphore;
  readonly #idle: Worker[] = [];
  readonly #seats = new WorkerSeats();
  readonly #workers = new Set<Worker>();
  /** Workers that take no other call, although they are alive. */
  readonly #retired = new WeakSet<Worker>();
  /** Aborts each call in hand. */
  readonly #calls = new Set<AbortController>();
  /** A process that the next small calls can join as soon as it is there. */
  #opening: Promise<unknown> | undefined;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#semaphore = new Semaphore(options.workers * PERMITS_OF_A_WORKER);
    this.#startEarly(Math.min(options.startedEarly ?? 0, options.workers));
  }

  /**
   * Resolves to the engine's result or throws its error. A call whose process exited, or whose decoder reported
   * `decoder-crashed`, is run once more in a new process; if other calls were in that process, any of them may have been the
   * cause, so that each is first run by itself and nothing is held against it. Unless the process was killed for a limit, it
   * may have been one too many for the machine: then no other call runs beside the second attempt. Throws `decoder-crashed`
   * if both attempts crashed, and `unavailable` after `close` or if a process does not start, which says nothing about the picture.
   */
  async run(call: EngineCall, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw createClosedError();
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    this.#calls.add(controller);
    try {
      const first = await this.#renderFirst(call, controller.signal);
      if (!hasCrashed(first)) return unwrapResult(first);
      const isKilled = first.type === "exited" && first.cause === "limit";
      const second = await this.#renderOnce(call, isKilled ? "fresh" : "exclusive", controller.signal);
      if (!hasCrashed(second)) return unwrapResult(second);
      await this.#retireAll();
      throw toCrashError(first, second);
    } finally {
      this.#calls.delete(controller);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Kills all processes; resolves when they have ended. May be called again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const controller of this.#calls) controller.abort(createClosedError());
    await Promise.all([...this.#workers].map((worker) => worker.kill()));
  }

  /** The first attempt that counts. */
  async #renderFirst(call: EngineCall, signal: AbortSignal): Promise<WorkerOutcome> {
    if (this.#options.isSmall?.(call)) {
      const outcome = await this.#renderOnce(call, "together", signal);
      if (!hasCrashed(outcome) || !outcome.hadCompany) return outcome;
    }
    return this.#renderOnce(call, "single", signal);
  }

  async #renderOnce(call: EngineCall, mode: Mode, signal: AbortSignal): Promise<WorkerOutcome> {
    const isSecond = mode === "fresh" || mode === "exclusive";
    const semaphore = this.#semaphore;
    const release = await (mode === "exclusive"
      ? semaphore.acquireAll(signal)
      : semaphore.acquire(mode === "together" ? 1 : PERMITS_OF_A_WORKER, signal));
    try {
      signal.throwIfAborted();
      const worker = await (mode === "together"
        ? this.#obtainSeat(call.bytes)
        : this.#obtainWorker(isSecond, call.bytes));
      const outcome = await this.#runCall(worker, { ...call, isLowMemory: isSecond }, signal);
      if (this.#seats.leave(worker)) await this.#putBack(worker);
      signal.throwIfAborted();
      return outcome;
    } finally {
      release();
    }
  }

  async #runCall(worker: Worker, request: PoolRequest, signal: AbortSignal): Promise<WorkerOutcome> {
    const kill = () => {
      worker.kill();
    };
    signal.addEventListener("abort", kill, { once: true });
    // It may have been aborted while it waited for its process.
    if (signal.aborted) kill();
    try {
      return await worker.run(request, this.#options);
    } finally {
      signal.removeEventListener("abort", kill);
      // A killed process holds its memory until it has ended: no other may start in its stead before.
      if (!worker.isAlive) await this.#terminate(worker);
    }
  }

  /**
   * Lets no process that is alive now take another call. The next call shows whether the picture or the machine is the
   * cause of a crash, and a process that was started before the machine ran out of memory would hide it.
   */
  async #retireAll(): Promise<void> {
    for (const worker of this.#workers) this.#retired.add(worker);
    await Promise.all(this.#idle.splice(0).map((worker) => this.#terminate(worker)));
  }

  /** Takes a process back that has nothing in hand. */
  async #putBack(worker: Worker): Promise<void> {
    if (this.#retired.has(worker)) await this.#terminate(worker);
    else if (worker.isAlive) this.#idle.push(worker);
  }

  async #terminate(worker: Worker): Promise<void> {
    await worker.kill();
    this.#workers.delete(worker);
  }

  /** Joins other small calls, or takes a process for those that come next. */
  async #obtainSeat(bytes: Uint8Array): Promise<Worker> {
    const canJoin = (worker: Worker) => worker.isAlive && !this.#retired.has(worker);
    for (;;) {
      const joined = this.#seats.take(canJoin, bytes);
      if (joined) return joined;
      if (!this.#opening) break;
      await this.#opening;
    }
    const obtaining = this.#obtainWorker(false, bytes);
    this.#opening = obtaining.catch(() => {});
    try {
      const worker = await obtaining;
      this.#seats.open(worker);
      return worker;
    } finally {
      this.#opening = undefined;
    }
  }

  /** Takes an idle process, preferably the one that holds the bytes already, or starts one. */
  async #obtainWorker(isNew: boolean, bytes: Uint8Array): Promise<Worker> {
    for (;;) {
      const holder = this.#idle.findIndex((worker) => worker.hasInspected(bytes));
      const [idle] = this.#idle.splice(holder, 1);
      if (idle === undefined) break;
      if (idle.isAlive && !isNew) return idle;
      await this.#terminate(idle);
      if (isNew) break;
    }
    if (this.#isClosed) throw createClosedError();
    return this.#startWorker();
  }

  #startEarly(count: number): void {
    try {
      for (let index = 0; index < count; index += 1) this.#idle.push(this.#startWorker());
    } catch {
      // Whoever needs a process is told why there is none.
    }
  }

  #startWorker(): Worker {
    const worker = startWorker(this.#options);
    this.#workers.add(worker);
    return worker;
  }
}

/** Without memory for another process, some systems fail at once; on others the new process exits. */
function startWorker(program: WorkerProgram): Worker {
  try {
    return new Worker(program);
  } catch (cause) {
    throw new SafelightError("unavailable", `a worker process could not be started: ${String(cause)}`, {
      cause,
    });
  }
}

function createClosedError(): SafelightError {
  return new SafelightError("unavailable", "the engine is closed; create a new one to go on");
}

/** The end of a call that leaves open whether the picture or the machine is the cause. */
type Crash = WorkerExit | Extract<EngineAnswer, { type: "refused" }>;

function hasCrashed(outcome: WorkerOutcome): outcome is Crash {
  return outcome.type === "exited" || (outcome.type === "refused" && outcome.code === "decoder-crashed");
}

function unwrapResult(outcome: Exclude<WorkerOutcome, WorkerExit>): unknown {
  if (outcome.type === "done") return outcome.value;
  const { code, message, cause } = outcome;
  throw new SafelightError(code, message, cause === undefined ? {} : { cause });
}

/** The picture is suspected only if it was in hand both times. */
function toCrashError(first: Crash, second: Crash): SafelightError {
  for (const crash of [first, second])
    if (crash.type === "exited" && crash.cause === "start")
      return new SafelightError("unavailable", crash.message);
  const { message } = second;
  const times = message === first.message ? "twice" : `and before that, ${first.message}`;
  return new SafelightError("decoder-crashed", `${message}, ${times}`);
}
