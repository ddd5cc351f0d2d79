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
  /** Milliseconds that a process may take to start. Default 30,000: a busy machine may need seconds. */
  readonly startLimit?: number;
}

/** How a call ended: with an answer, or with the death of the process that was to give it. */
export type WorkerOutcome =
  | EngineAnswer
  | {
      readonly type: "died";
      /** Whether it was killed here for a limit, died of something else, or never came to life. */
      readonly of: "limit" | "itself" | "start";
      /** What happened, in words. */
      readonly told: string;
    };

/** A call, and whether nothing else is to run beside it. */
export type PoolRequest = EngineCall & { readonly alone: boolean };

/** A call that got no answer. */
export type Death = Extract<WorkerOutcome, { type: "died" }>;

/** How often memory is looked at, in milliseconds: a decoder can take 100 MB between two looks. */
const LOOK_INTERVAL = 20;

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
    try {
      return (await this.#failureToStart(limits)) ?? (await this.#answer(request, limits));
    } finally {
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

  async #failureToStart({ startLimit = START_LIMIT }: WorkerLimits): Promise<Death | undefined> {
    let late: string | undefined;
    // Of the start alone: what goes on after it has limits of its own.
    const timer = setTimeout(() => {
      late = `it was not ready within ${startLimit} ms`;
      this.kill();
    }, startLimit);
    try {
      return await new Promise((resolve) => {
        const look = () => {
          if (this.#end !== undefined)
            resolve(death("start", `a worker process could not be started: ${late ?? this.#end}`));
          else if (this.#ready) resolve(undefined);
        };
        this.#listener = look;
        look();
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async #answer(request: PoolRequest, { timeLimit, memoryLimit }: WorkerLimits): Promise<WorkerOutcome> {
    const doing = request.method === "inspect" ? "inspecting the original" : "rendering the original";
    let told = 0;
    let over: Death | undefined;
    const stop = (why: string) => {
      over ??= death("limit", why);
      this.kill();
    };
    const outOfTime = () => stop(`${doing} took longer than ${timeLimit} ms`);
    const look = () => {
      const bytes = residentBytes(this.#child.pid) ?? told;
      if (bytes > memoryLimit) stop(`${doing} took more than ${memoryLimit} bytes of memory`);
    };
    const clock = setTimeout(outOfTime, timeLimit);
    const looking = setInterval(look, LOOK_INTERVAL);
    try {
      return await new Promise((resolve) => {
        const gone = () => resolve(over ?? death("itself", `${doing} ended its process (${this.#end})`));
        this.#listener = (heard) => {
          if (heard.type === "memory") told = heard.bytes;
          else if (heard.type === "gone") gone();
          else if (heard.type !== "ready") resolve(heard);
        };
        if (this.#end !== undefined) return gone();
        // That a process died meanwhile is heard by its exit.
        this.#send(request);
      });
    } finally {
      clearTimeout(clock);
      clearInterval(looking);
    }
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
