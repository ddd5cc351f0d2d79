import { refusalInWords, SafelightError } from "../../../domain/model/errors.js";
import { Places } from "../limits/places.js";
import type { WorkerProgram } from "./start-worker-process.js";
import { type Death, type PoolRequest, Worker, type WorkerLimits, type WorkerOutcome } from "./worker.js";
import type { EngineAnswer, EngineCall } from "./worker-messages.js";

/** What a pool is made of. */
export interface WorkerPoolOptions extends WorkerProgram, WorkerLimits {
  /** How many processes there are at most. */
  readonly workers: number;
}

/**
 * Calls of the engine in processes that can be killed, one call at a time in each, so that whatever one picture does
 * to its process hurts no other. A process is started when it is first needed.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #places: Places;
  readonly #idle: Worker[] = [];
  readonly #living = new Set<Worker>();
  /** What is not to take another call, although it lives. */
  readonly #retired = new WeakSet<Worker>();
  /** One for each call in hand. */
  readonly #stops = new Set<AbortController>();
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#places = new Places(options.workers);
  }

  /**
   * Resolves to the engine's result or throws its error. A call that crashed, by the death of its process or by the word
   * of its decoder, is made once more in a new one. Where the reason is not known here, the process may have been one
   * of too many: then nothing runs beside the second attempt. Throws `decoder-crashed` if both crashed, `unavailable`
   * if a process could not even be started, which says nothing of the picture, and after `close`.
   */
  async run(call: EngineCall, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.#closed) throw closedError();
    const stop = new AbortController();
    const pass = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", pass, { once: true });
    this.#stops.add(stop);
    try {
      const first = await this.#attempt(call, "beside others", stop.signal);
      if (!hasCrashed(first)) return resultOf(first);
      const known = first.type === "died" && first.of === "limit";
      const second = await this.#attempt(
        call,
        known ? "in a new process" : "with nothing beside it",
        stop.signal,
      );
      if (!hasCrashed(second)) return resultOf(second);
      await this.#retireAll();
      throw crashOf(first, second);
    } finally {
      this.#stops.delete(stop);
      signal?.removeEventListener("abort", pass);
    }
  }

  /** Kills all processes; resolves when they are gone. Repeating it is success. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stops) stop.abort(closedError());
    await Promise.all([...this.#living].map((worker) => worker.kill()));
  }

  async #attempt(
    call: EngineCall,
    manner: "beside others" | "in a new process" | "with nothing beside it",
    signal: AbortSignal,
  ): Promise<WorkerOutcome> {
    const alone = manner !== "beside others";
    const places = this.#places;
    const leave = await (manner === "with nothing beside it"
      ? places.takeAll(signal)
      : places.take(1, signal));
    try {
      signal.throwIfAborted();
      const worker = await this.#worker(alone, call.bytes);
      const outcome = await this.#runIn(worker, { ...call, alone }, signal);
      if (this.#retired.has(worker)) await this.#end(worker);
      else if (worker.alive) this.#idle.push(worker);
      signal.throwIfAborted();
      return outcome;
    } finally {
      leave();
    }
  }

  async #runIn(worker: Worker, request: PoolRequest, signal: AbortSignal): Promise<WorkerOutcome> {
    const kill = () => {
      worker.kill();
    };
    signal.addEventListener("abort", kill, { once: true });
    // It may have been aborted while its process was looked for.
    if (signal.aborted) kill();
    try {
      return await worker.run(request, this.#options);
    } finally {
      signal.removeEventListener("abort", kill);
      // Its memory is free only when it is gone; only then may another one be started in its place.
      if (!worker.alive) await this.#end(worker);
    }
  }

  /**
   * No process that lives now takes another call. Whether it is the picture that kills or the machine is seen by what is
   * called next, and that must not be answered by a process from better days.
   */
  async #retireAll(): Promise<void> {
    for (const worker of this.#living) this.#retired.add(worker);
    await Promise.all(this.#idle.splice(0).map((worker) => this.#end(worker)));
  }

  async #end(worker: Worker): Promise<void> {
    await worker.kill();
    this.#living.delete(worker);
  }

  /** An idle process, rather the one that has the bytes already, or a new one. */
  async #worker(fresh: boolean, bytes: Uint8Array): Promise<Worker> {
    for (;;) {
      const holder = this.#idle.findIndex((worker) => worker.holds(bytes));
      const [idle] = this.#idle.splice(holder, 1);
      if (idle === undefined) break;
      if (idle.alive && !fresh) return idle;
      await this.#end(idle);
      if (fresh) break;
    }
    if (this.#closed) throw closedError();
    const worker = startWorker(this.#options);
    this.#living.add(worker);
    return worker;
  }
}

/** Some systems say at once that there is no memory for another process, others by its end. */
function startWorker(program: WorkerProgram): Worker {
  try {
    return new Worker(program);
  } catch (cause) {
    throw new SafelightError("unavailable", `a worker process could not be started: ${String(cause)}`, {
      cause,
    });
  }
}

function closedError(): SafelightError {
  return refusalInWords("unavailable", "an open engine", "the original", "one that was closed");
}

/** A call after which nobody knows whether the picture or the machine is to blame. */
type Crash = Death | Extract<EngineAnswer, { type: "refused" }>;

function hasCrashed(outcome: WorkerOutcome): outcome is Crash {
  return outcome.type === "died" || (outcome.type === "refused" && outcome.code === "decoder-crashed");
}

function resultOf(outcome: Exclude<WorkerOutcome, Death>): unknown {
  if (outcome.type === "done") return outcome.value;
  const { code, message, cause } = outcome;
  throw new SafelightError(code, message, cause === undefined ? {} : { cause });
}

/** A picture is suspected only if it was in hand both times. */
function crashOf(first: Crash, second: Crash): SafelightError {
  for (const crash of [first, second])
    if (crash.type === "died" && crash.of === "start") return new SafelightError("unavailable", crash.told);
  const told = second.type === "died" ? second.told : second.message;
  return new SafelightError("decoder-crashed", `${told}, on the second of two attempts`);
}
