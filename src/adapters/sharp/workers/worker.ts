import type { ChildProcess } from "node:child_process";
import { OriginalPipe } from "./original-pipe.js";
import { residentBytes } from "./resident-memory.js";
import { startWorkerProcess, type WorkerProgram } from "./start-worker-process.js";
import type { EngineAnswer, EngineCall, WorkerMessage } from "./worker-messages.js";

/** What one call may take. */
export interface WorkerLimits {
  /** Milliseconds. */
  readonly timeLimit: number;
  /** Bytes of memory of the whole process. */
  readonly memoryLimit: number;
}

/** How a call ended: with an answer, or with the death of the process that was to give it. */
export type WorkerOutcome =
  | EngineAnswer
  | {
      readonly type: "died";
      /** Whether it was killed here for a limit, died of itself, or never came to life. */
      readonly of: "limit" | "itself" | "start";
      /** As a sentence. */
      readonly told: string;
    };

/** A call, and whether nothing else is to run beside it. */
export type PoolRequest = EngineCall & { readonly alone: boolean };

type Death = Extract<WorkerOutcome, { type: "died" }>;

/** How often memory is looked at, in milliseconds: a decoder can take 100 MB between two looks. */
const LOOK_INTERVAL = 20;

/** How long a process may take to start, in milliseconds: a busy machine may need seconds. */
const START_LIMIT = 30_000;

/** What a call waits for. */
type Heard = WorkerMessage | { readonly type: "gone" };

/** One process that works on one call at a time and can be killed at any time. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #pipe: OriginalPipe;
  readonly #gone: Promise<void>;
  #ready = false;
  /** How it ended. */
  #end: string | undefined;
  #condemned = false;
  /** What the process was sent for inspection last, and still holds. */
  #inspected: Uint8Array | undefined;
  /** One place and not a list: what is left behind by a call would pile up while the process lives. */
  #listener: (heard: Heard) => void = () => {};

  constructor(program: WorkerProgram) {
    this.#child = startWorkerProcess(program);
    this.#gone = new Promise((resolve) => {
      const end = (how: string) => {
        this.#end = how;
        this.#listener({ type: "gone" });
        resolve();
      };
      this.#child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
      this.#child.on("error", (error) => {
        // Without a process there will be no exit; any other error is followed by one.
        if (this.#child.pid === undefined) end(error.message);
      });
    });
    this.#child.on("message", (message: WorkerMessage) => {
      if (message.type === "ready") this.#ready = true;
      this.#listener(message);
    });
    this.#pipe = new OriginalPipe(this.#child, () => this.kill());
    this.#keepParentAlive(false);
  }

  /** Whether it can take another call. */
  get alive(): boolean {
    return !this.#condemned && this.#end === undefined;
  }

  /** Whether it has these very bytes already. */
  holds(bytes: Uint8Array): boolean {
    return this.#inspected === bytes;
  }

  /** Has the call answered, or kills the process at a limit. Never rejects. */
  async run(request: PoolRequest, limits: WorkerLimits): Promise<WorkerOutcome> {
    this.#keepParentAlive(true);
    const doing = request.method === "inspect" ? "inspecting the original" : "rendering the original";
    const timers: NodeJS.Timeout[] = [];
    try {
      return (
        (await this.#failureToStart(doing, timers)) ?? (await this.#answer(request, doing, limits, timers))
      );
    } finally {
      for (const timer of timers) clearTimeout(timer);
      this.#listener = () => {};
      if (this.alive) this.#keepParentAlive(false);
    }
  }

  /** Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#condemned = true;
    // Who waits for the end of an idle process must live to see it.
    this.#keepParentAlive(true);
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  #failureToStart(doing: string, timers: NodeJS.Timeout[]): Promise<Death | undefined> {
    return new Promise((resolve) => {
      let received: string | undefined;
      const look = () => {
        if (this.#end !== undefined) {
          received ??= `its death (${this.#end})`;
          resolve(death("start", `expected a worker process for ${doing} but received ${received}`));
        } else if (this.#ready) resolve(undefined);
      };
      const late = () => {
        received = `none within ${START_LIMIT} ms`;
        this.kill();
      };
      this.#listener = look;
      timers.push(setTimeout(late, START_LIMIT));
      look();
    });
  }

  #answer(
    request: PoolRequest,
    doing: string,
    { timeLimit, memoryLimit }: WorkerLimits,
    timers: NodeJS.Timeout[],
  ): Promise<WorkerOutcome> {
    return new Promise((resolve) => {
      let told = 0;
      let over: Death | undefined;
      const stop = (why: string) => {
        over ??= death("limit", why);
        this.kill();
      };
      const gone = () => {
        const received = `the death of its process (${this.#end})`;
        resolve(over ?? death("itself", `expected an answer for ${doing} but received ${received}`));
      };
      this.#listener = (heard) => {
        if (heard.type === "memory") told = heard.bytes;
        else if (heard.type === "gone") gone();
        else if (heard.type !== "ready") resolve(heard);
      };
      if (this.#end !== undefined) return gone();
      const outOfTime = () => stop(`expected an end within ${timeLimit} ms for ${doing} but received none`);
      const look = () => {
        const bytes = residentBytes(this.#child.pid) ?? told;
        if (bytes > memoryLimit)
          stop(`expected at most ${memoryLimit} bytes of memory for ${doing} but received ${bytes}`);
      };
      timers.push(setTimeout(outOfTime, timeLimit), setInterval(look, LOOK_INTERVAL));
      // That a process died meanwhile is heard by its exit.
      this.#send(request);
    });
  }

  /** Without bytes that the process has. Only what it inspected is rendered so: nobody else changed that. */
  #send({ bytes, ...call }: PoolRequest): void {
    const held = call.method === "render" && this.holds(bytes);
    this.#child.send(held ? call : { ...call, length: bytes.length }, () => {});
    if (!held) this.#pipe.send(bytes);
    if (call.method === "inspect") this.#inspected = bytes;
  }

  /** An idle worker must not keep its parent from ending, which ends the worker. */
  #keepParentAlive(keep: boolean): void {
    const { channel } = this.#child;
    if (keep) this.#child.ref();
    else this.#child.unref();
    if (keep) channel?.ref();
    else channel?.unref();
  }
}

function death(of: Death["of"], told: string): Death {
  return { type: "died", of, told };
}
