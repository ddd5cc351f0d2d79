import type { ChildProcess } from "node:child_process";
import { CallInHand, type WorkerLimits, type WorkerOutcome } from "./call-in-hand.js";
import { OriginalPipe } from "./original-pipe.js";
import { readResidentBytes } from "./resident-memory.js";
import { startWorkerProcess, type WorkerProgram } from "./start-worker-process.js";
import type { EngineCall, WorkerMessage } from "./worker-messages.js";

/** A call, and whether its process should take as little memory as it can. */
export type PoolRequest = EngineCall & { readonly isLowMemory: boolean };

/** A decoder can take 100 MB between two checks. */
const MEMORY_CHECK_INTERVAL_MILLISECONDS = 20;

/** A worker process: it runs the calls that it is given, side by side, and can be killed at any time. */
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
  readonly #calls = new Map<number, CallInHand>();
  #lastId = 0;
  #memoryChecks: NodeJS.Timeout | undefined;
  #reportedBytes = 0;

  constructor(program: WorkerProgram) {
    this.#child = startWorkerProcess(program);
    this.#exit = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#exitReason = reason;
        for (const call of this.#calls.values()) call.end(reason);
        resolve();
      };
      this.#child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
      this.#child.on("error", (error) => {
        // A process that was never started has no exit event; any other error is followed by one.
        if (this.#child.pid === undefined) end(error.message);
      });
    });
    this.#child.on("message", (message: WorkerMessage) => this.#receive(message));
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
    const call = new CallInHand(request.method, limits, () => this.kill());
    for (const other of this.#calls.values()) other.noteCompany(call);
    const id = ++this.#lastId;
    this.#calls.set(id, call);
    this.#keepParentAlive(true);
    this.#watchMemory(limits);
    try {
      if (this.#exitReason !== undefined) call.end(this.#exitReason);
      else if (this.#isReady) call.begin();
      // If the process ends meanwhile, its exit event says so.
      if (await call.hasBegun) this.#send(id, request);
      const outcome = await call.outcome;
      return call.hadCompany ? { ...outcome, hadCompany: true } : outcome;
    } finally {
      call.stopTimer();
      this.#calls.delete(id);
      if (this.#calls.size === 0) this.#stopWatching();
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

  #receive(message: WorkerMessage): void {
    if (message.type === "ready") {
      this.#isReady = true;
      for (const call of this.#calls.values()) call.begin();
    } else if (message.type === "memory") this.#reportedBytes = message.bytes;
    else {
      const { id, ...answer } = message;
      this.#calls.get(id)?.settle(answer);
    }
  }

  /** One clock for all calls in hand: what the process holds is not any one's. */
  #watchMemory({ memoryLimitBytes }: WorkerLimits): void {
    this.#memoryChecks ??= setInterval(() => {
      const bytes = readResidentBytes(this.#child.pid) ?? this.#reportedBytes;
      if (bytes <= memoryLimitBytes) return;
      for (const call of this.#calls.values())
        call.stop(`took more than ${memoryLimitBytes} bytes of memory`);
    }, MEMORY_CHECK_INTERVAL_MILLISECONDS);
  }

  #stopWatching(): void {
    clearInterval(this.#memoryChecks);
    this.#memoryChecks = undefined;
    this.#reportedBytes = 0;
    if (this.isAlive) this.#keepParentAlive(false);
  }

  /** Leaves out bytes that the process holds. Only `render` reuses them, and only those inspected last: nobody has changed them since. */
  #send(id: number, { bytes, ...call }: PoolRequest): void {
    const isHeld = call.method === "render" && this.hasInspected(bytes);
    this.#child.send(isHeld ? { ...call, id } : { ...call, id, length: bytes.length }, () => {});
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
