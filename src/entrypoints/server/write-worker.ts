import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type ErrorCode, SafelightError } from "../../domain/model/errors.js";
import { decorate } from "../../ports/checked/decorate.js";
import type { Port } from "../container/index.js";

/** The writes of the thread, by port: all those of a process that answers requests and settles nothing. */
const WRITES = {
  originals: ["put", "delete", "deleteAll"],
  records: ["commit", "purge"],
  statuses: ["put"],
  queue: ["send"],
  events: ["publish"],
  webhookDeliveries: ["add", "claim", "record", "giveUpOthers", "purge"],
} as const;

type WrittenPort = keyof typeof WRITES;

/** A write for the thread to carry out: the method of a port with its arguments, without their signal. */
export interface WriteJob {
  readonly port: WrittenPort;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A message to the thread; `close` has it close the data directory and end. */
export type WriteWorkerRequest = { readonly call: number; readonly job: WriteJob } | "close";

/** The thread's answer to a call. Errors are sent as plain values, because class instances cannot be transferred. */
export type WriteWorkerAnswer =
  | { readonly call: number; readonly result: unknown }
  | { readonly call: number; readonly code: ErrorCode; readonly message: string; readonly cause?: string };

interface PendingCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: SafelightError) => void;
}

/**
 * The thread that writes into the data directory for the process that answers requests. Writing durably waits for the
 * disk in one step with its locks, waits for other processes that write, and hashes and copies megabytes; where requests
 * are answered, every one of them would wait with it. Reading does not wait for who writes and stays where it is asked for.
 */
export class WriteWorker {
  readonly #dir: string;
  readonly #program: URL;
  readonly #pending = new Map<number, PendingCall>();
  #thread: Worker | undefined;
  #calls = 0;

  /** `dir` is a data directory that is there already; `program` is what the thread runs. */
  constructor(
    dir: string,
    program = new URL("../../entrypoints/server/write-worker-thread.js", import.meta.url),
  ) {
    this.#dir = dir;
    this.#program = program;
    this.#thread = this.#start();
  }

  /**
   * The port, whose writes are done by the thread. A put takes its bytes: whoever called has none of them left, and no
   * copy is made.
   */
  wrap<Name extends WrittenPort>(name: Name, port: Port<Name>): Port<Name> {
    const methods = WRITES[name].map((method) => [
      method,
      (...args: readonly unknown[]) => this.#write({ port: name, method, args }),
    ]);
    return decorate<Port<Name>>(port, Object.fromEntries(methods));
  }

  /** Resolves once it has let go of the data directory. Repeating it is success. */
  async close(): Promise<void> {
    const thread = this.#thread;
    if (!thread) return;
    const ended = once(thread, "exit");
    thread.postMessage("close" satisfies WriteWorkerRequest);
    await ended;
  }

  async #write({ args, ...where }: WriteJob): Promise<unknown> {
    const given: ArrayBuffer[] = [];
    const sent = args.map((value) => {
      if (value instanceof Uint8Array) {
        const bytes = toWholeBuffer(value);
        given.push(bytes.buffer);
        return bytes;
      }
      return removeSignal(value);
    });
    return this.#call({ ...where, args: sent }, given);
  }

  #call(job: WriteJob, given: ArrayBuffer[]): Promise<unknown> {
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#thread ??= this.#tryStart();
      this.#pending.set(call, { resolve, reject });
      this.#thread.postMessage({ call, job } satisfies WriteWorkerRequest, given);
    });
  }

  /** Throws `unavailable` where the system has nothing left for another thread. */
  #tryStart(): Worker {
    try {
      return this.#start();
    } catch (cause) {
      const message = "the thread that writes could not be started; try again";
      throw new SafelightError("unavailable", message, { cause });
    }
  }

  #start(): Worker {
    const thread = new Worker(this.#program, { execArgv: [], workerData: { dir: this.#dir } });
    let how: unknown = "its end";
    thread.on("message", (answer: WriteWorkerAnswer) => this.#settleCall(answer));
    thread.on("error", (error) => {
      how = error;
    });
    thread.on("exit", () => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#rejectAll(how);
    });
    return thread;
  }

  #settleCall(answer: WriteWorkerAnswer): void {
    const waiting = this.#pending.get(answer.call);
    this.#pending.delete(answer.call);
    if ("result" in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new SafelightError(answer.code, answer.message, { cause: answer.cause }));
  }

  /** Whether what was under way is stored is not known: as after a crash, its sender asks again. */
  #rejectAll(how: unknown): void {
    for (const { reject } of this.#pending.values()) {
      const message = "the thread that writes ended before it answered; try again";
      reject(new SafelightError("unavailable", message, { cause: how }));
    }
    this.#pending.clear();
  }
}

/** Of a part of a buffer the whole would be handed over, with what others have in it. */
function toWholeBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  return isWhole ? (bytes as Uint8Array<ArrayBuffer>) : Uint8Array.from(bytes);
}

/** The options of a call without its signal, which cannot be sent. Throws the reason of one that is aborted. */
function removeSignal(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("signal" in value)) return value;
  const { signal, ...rest } = value;
  if (signal instanceof AbortSignal) signal.throwIfAborted();
  return rest;
}
