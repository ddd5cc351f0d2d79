import type { ChildProcess } from "node:child_process";
import { OriginalPipe } from "./original-pipe.js";
import { readResidentBytes } from "./resident-memory.js";
import { startWorkerProcess, type WorkerProgram } from "./start-worker-process.js";
import type { EngineAnswer, EngineCall, WorkerMessage } from "./worker-messages.js";

/** Limits of one call. */
export interface WorkerLimits {
  /** Milliseconds that the call may take. */
  readonly timeoutMilliseconds: number;
  /** Bytes of memory that the whole process may take. */
  readonly memoryLimitBytes: number;
  /** Milliseconds that a process may take to start. Default: 30,000, because a busy machine may need seconds. */
  readonly startTimeoutMilliseconds?: number;
}

/** The end of a call: an answer, or the exit of the process before it answered. */
export type WorkerOutcome =
  | EngineAnswer
  | {
      readonly type: "exited";
      /** `limit`: killed here for a limit; `crash`: exited for any other reason; `start`: never became ready. */
      readonly cause: "limit" | "crash" | "start";
      readonly message: string;
    };

/** A call, and whether its process should take as little memory as it can. */
export type PoolRequest = EngineCall & { readonly isLowMemory: boolean };

/** The exit of a process that had a call in hand. */
export type WorkerExit = Extract<WorkerOutcome, { type: "exited" }>;

/** A decoder can take 100 MB between two checks. */
const MEMORY_CHECK_INTERVAL_MILLISECONDS = 20;

const DEFAULT_START_TIMEOUT_MILLISECONDS = 30_000;

/** An event of the process: a message, or its exit. */
type WorkerEvent = WorkerMessage | { readonly type: "exit" };

/** A worker process: it runs one call at a time and can be killed at any time. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #pipe: OriginalPipe;
  readonly #exit: Promise<void>;
  #isReady = false;
  /** The signal, the exit code or the error with which it ended. */
  #exitReason: string | undefined;
  #isKilled = false;
  /** The bytes that the process inspected last, and still holds. */
  #inspected: Uint8Array | undefined;
  /** One and not a list: listeners that a call leaves behind would pile up while the process lives. */
  #notify: (event: WorkerEvent) => void = () => {};

  constructor(program: WorkerProgram) {
    this.#child = startWorkerProcess(program);
    this.#exit = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#exitReason = reason;
        this.#notify({ type: "exit" });
        resolve();
      };
      this.#child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
      this.#child.on("error", (error) => {
        // A process that was never started has no exit event; any other error is followed by one.
        if (this.#child.pid === undefined) end(error.message);
      });
    });
    this.#child.on("message", (message: WorkerMessage) => {
      if (message.type === "ready") this.#isReady = true;
      this.#notify(message);
    });
    this.#pipe = new OriginalPipe(this.#child, () => this.kill());
    this.#keepParentAlive(false);
  }

  /** Whether it can take another call. */
  get isAlive(): boolean {
    return !this.#isKilled && this.#exitReason === undefined;
  }

  /** Whether the process still holds these very bytes. */
  hasInspected(bytes: Uint8Array): boolean {
    return this.#inspected === bytes;
  }

  /** Runs the call, or kills the process at a limit. Never rejects. */
  async run(request: PoolRequest, limits: WorkerLimits): Promise<WorkerOutcome> {
    this.#keepParentAlive(true);
    try {
      return (await this.#waitForStart(limits)) ?? (await this.#awaitAnswer(request, limits));
    } finally {
      this.#notify = () => {};
      if (this.isAlive) this.#keepParentAlive(false);
    }
  }

  /** Kills the process; resolves when it has ended. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    // A caller that waits for the exit of an idle process must not end before it.
    this.#keepParentAlive(true);
    this.#child.kill("SIGKILL");
    await this.#exit;
  }

  async #waitForStart({
    startTimeoutMilliseconds = DEFAULT_START_TIMEOUT_MILLISECONDS,
  }: WorkerLimits): Promise<WorkerExit | undefined> {
    let timeout: string | undefined;
    // For the start alone: the call has limits of its own.
    const timer = setTimeout(() => {
      timeout = `the worker process was not ready within ${formatDuration(startTimeoutMilliseconds)}`;
      this.kill();
    }, startTimeoutMilliseconds);
    try {
      return await new Promise((resolve) => {
        const check = () => {
          if (this.#exitReason !== undefined)
            resolve(
              createExit(
                "start",
                timeout ?? `the worker process exited (${this.#exitReason}) while starting`,
              ),
            );
          else if (this.#isReady) resolve(undefined);
        };
        this.#notify = check;
        check();
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async #awaitAnswer(
    request: PoolRequest,
    { timeoutMilliseconds, memoryLimitBytes }: WorkerLimits,
  ): Promise<WorkerOutcome> {
    const activity = request.method === "inspect" ? "inspecting the original" : "rendering";
    let reportedBytes = 0;
    let killed: WorkerExit | undefined;
    const stop = (message: string) => {
      killed ??= createExit("limit", message);
      this.kill();
    };
    const stopAtTimeout = () => stop(`${activity} took longer than ${formatDuration(timeoutMilliseconds)}`);
    const checkMemory = () => {
      const bytes = readResidentBytes(this.#child.pid) ?? reportedBytes;
      if (bytes > memoryLimitBytes) stop(`${activity} took more than ${memoryLimitBytes} bytes of memory`);
    };
    const timer = setTimeout(stopAtTimeout, timeoutMilliseconds);
    const memoryChecks = setInterval(checkMemory, MEMORY_CHECK_INTERVAL_MILLISECONDS);
    try {
      return await new Promise((resolve) => {
        const end = () =>
          resolve(
            killed ??
              createExit("crash", `the worker process exited (${this.#exitReason}) while ${activity}`),
          );
        this.#notify = (event) => {
          if (event.type === "memory") reportedBytes = event.bytes;
          else if (event.type === "exit") end();
          else if (event.type !== "ready") resolve(event);
        };
        if (this.#exitReason !== undefined) return end();
        // If the process ends meanwhile, its exit event says so.
        this.#send(request);
      });
    } finally {
      clearTimeout(timer);
      clearInterval(memoryChecks);
    }
  }

  /** Leaves out bytes that the process holds. Only `render` reuses them, and only those inspected last: nobody has changed them since. */
  #send({ bytes, ...call }: PoolRequest): void {
    const isHeld = call.method === "render" && this.hasInspected(bytes);
    this.#child.send(isHeld ? call : { ...call, length: bytes.length }, () => {});
    if (!isHeld) this.#pipe.send(bytes);
    if (call.method === "inspect") this.#inspected = bytes;
  }

  /** An idle worker must not keep its parent from ending; that ends the worker too. */
  #keepParentAlive(keep: boolean): void {
    const { channel } = this.#child;
    if (keep) this.#child.ref();
    else this.#child.unref();
    if (keep) channel?.ref();
    else channel?.unref();
  }
}

function createExit(cause: WorkerExit["cause"], message: string): WorkerExit {
  return { type: "exited", cause, message };
}

function formatDuration(milliseconds: number): string {
  return milliseconds < 1_000 ? `${milliseconds} ms` : `${milliseconds / 1_000} s`;
}
