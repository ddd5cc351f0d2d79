import type { EngineAnswer, EngineCall } from "./worker-messages.js";

/** Limits of one call. */
export interface WorkerLimits {
  /** Milliseconds that the call may take. */
  readonly timeoutMilliseconds: number;
  /** Bytes of memory that the whole process may take. */
  readonly memoryLimitBytes: number;
  /** Milliseconds that a process may take to start. Default: 30,000, because a busy machine may need seconds. */
  readonly startTimeoutMilliseconds?: number;
}

/** The end of a call whose process exited before it answered. */
export interface WorkerExit {
  readonly type: "exited";
  /** `limit`: killed here for a limit; `crash`: exited for any other reason; `start`: never became ready. */
  readonly cause: "limit" | "crash" | "start";
  readonly message: string;
}

/** The end of a call: an answer or an exit. `hadCompany`: another call was in the same process, and may be the cause of a crash. */
export type WorkerOutcome = (EngineAnswer | WorkerExit) & { readonly hadCompany?: true };

const DEFAULT_START_TIMEOUT_MILLISECONDS = 30_000;

/** A call that a worker process has in hand: first it waits for the process to start, then for its answer. */
export class CallInHand {
  /** Resolves to whether the process has become ready; if not, there is an outcome. */
  readonly hasBegun: Promise<boolean>;
  readonly outcome: Promise<WorkerOutcome>;
  hadCompany = false;
  readonly #activity: string;
  readonly #limits: WorkerLimits;
  readonly #killProcess: () => void;
  #reportBegun: (hasBegun: boolean) => void = () => {};
  #resolve: (outcome: WorkerOutcome) => void = () => {};
  #isBegun = false;
  /** The limit that it was stopped for. */
  #stopped: WorkerExit | undefined;
  #timer: NodeJS.Timeout;

  /** `killProcess`: ends the process of the call, and so all calls that it has in hand. */
  constructor(method: EngineCall["method"], limits: WorkerLimits, killProcess: () => void) {
    this.#activity = method === "inspect" ? "inspecting the original" : "rendering";
    this.#limits = limits;
    this.#killProcess = killProcess;
    this.hasBegun = new Promise((resolve) => {
      this.#reportBegun = resolve;
    });
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { startTimeoutMilliseconds: patience = DEFAULT_START_TIMEOUT_MILLISECONDS } = limits;
    // For the start alone: the call has limits of its own.
    this.#timer = setTimeout(() => {
      this.#stopped ??= createExit(
        "start",
        `the worker process was not ready within ${formatDuration(patience)}`,
      );
      killProcess();
    }, patience);
  }

  /** Notes that both have been in one process. */
  noteCompany(other: CallInHand): void {
    this.hadCompany = true;
    other.hadCompany = true;
  }

  /** The process is ready: the time of the call begins. */
  begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    const { timeoutMilliseconds } = this.#limits;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.stop(`took longer than ${formatDuration(timeoutMilliseconds)}`),
      timeoutMilliseconds,
    );
    this.#reportBegun(true);
  }

  /** Kills the process because the call is over a limit. A process that starts has limits of its own. */
  stop(reason: string): void {
    if (!this.#isBegun) return;
    this.#stopped ??= createExit("limit", `${this.#activity} ${reason}`);
    this.#killProcess();
  }

  /** The engine has answered. */
  settle(answer: EngineAnswer): void {
    this.#resolve(answer);
  }

  /** The process has ended. */
  end(reason: string): void {
    const during = this.#isBegun ? `while ${this.#activity}` : "while starting";
    this.#resolve(
      this.#stopped ??
        createExit(this.#isBegun ? "crash" : "start", `the worker process exited (${reason}) ${during}`),
    );
    this.#reportBegun(false);
  }

  stopTimer(): void {
    clearTimeout(this.#timer);
  }
}

function createExit(cause: WorkerExit["cause"], message: string): WorkerExit {
  return { type: "exited", cause, message };
}

function formatDuration(milliseconds: number): string {
  return milliseconds < 1_000 ? `${milliseconds} ms` : `${milliseconds / 1_000} s`;
}
