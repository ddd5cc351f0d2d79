import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type ErrorCode, SafelightError } from "../../domain/model/errors.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import type { BlobStore, PutOptions, PutResult } from "../../ports/blob-store.js";
import { decorate } from "../../ports/checked/decorate.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";

/** What the thread of an intake does. */
export type IntakeWork =
  | {
      readonly type: "put";
      readonly key: string;
      readonly bytes: Uint8Array;
      readonly options: Omit<PutOptions, "signal">;
    }
  | {
      readonly type: "commit";
      readonly record: ImageRecord;
      readonly condition: Omit<Parameters<MetadataRepository["commit"]>[1], "signal">;
    };

/** What it is sent; `close` has it let go of everything, and end. */
export type IntakeRequest = { readonly call: number; readonly work: IntakeWork } | "close";

/** What it answers; an error is taken apart, because only plain values get across. */
export type IntakeAnswer =
  | { readonly call: number; readonly result: PutResult | undefined }
  | { readonly call: number; readonly code: ErrorCode; readonly message: string; readonly cause?: string };

interface Waiting {
  readonly resolve: (result: PutResult | undefined) => void;
  readonly reject: (error: SafelightError) => void;
}

/**
 * The thread that writes what is uploaded. Writing durably waits for the disk in one step with its locks, and hashes
 * and copies megabytes; where requests are answered, every one of them would wait with it. Reading does not wait for
 * who writes and stays where it is asked for.
 */
export class Intake {
  readonly #dir: string;
  readonly #program: URL;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #calls = 0;

  /** `dir` is a data directory that is there already; `program` is what the thread runs. */
  constructor(dir: string, program = new URL("../../entrypoints/server/intake-thread.js", import.meta.url)) {
    this.#dir = dir;
    this.#program = program;
    this.#thread = this.#start();
  }

  /**
   * `store`, whose blobs are put by the thread. Unlike a store by itself it takes the bytes of a put: whoever called
   * has none of them left, and no copy is made.
   */
  originals(store: BlobStore): BlobStore {
    return decorate(store, {
      put: async (key, bytes, { signal, ...options }) => {
        signal?.throwIfAborted();
        // Of a part of a buffer the whole would go, with what others have in it.
        const whole = bytes.byteLength === bytes.buffer.byteLength;
        const given = whole ? bytes : Uint8Array.from(bytes);
        const work = { type: "put", key, bytes: given, options } as const;
        return (await this.#call(work, [given.buffer as ArrayBuffer])) as PutResult;
      },
    });
  }

  /** `repository`, whose records are committed by the thread. */
  records(repository: MetadataRepository): MetadataRepository {
    return decorate(repository, {
      commit: async (record, { signal, ...condition }) => {
        signal?.throwIfAborted();
        await this.#call({ type: "commit", record, condition });
      },
    });
  }

  /** Resolves once it has let go of the data directory. Repeating it is success. */
  async close(): Promise<void> {
    const thread = this.#thread;
    if (!thread) return;
    const ended = once(thread, "exit");
    thread.postMessage("close" satisfies IntakeRequest);
    await ended;
  }

  #call(work: IntakeWork, given: ArrayBuffer[] = []): Promise<PutResult | undefined> {
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#thread ??= this.#start();
      this.#thread.postMessage({ call, work } satisfies IntakeRequest, given);
    });
  }

  #start(): Worker {
    const thread = new Worker(this.#program, { execArgv: [], workerData: { dir: this.#dir } });
    let how: unknown = "its end";
    thread.on("message", (answer: IntakeAnswer) => this.#answered(answer));
    thread.on("error", (error) => {
      how = error;
    });
    thread.on("exit", () => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#lost(how);
    });
    return thread;
  }

  #answered(answer: IntakeAnswer): void {
    const waiting = this.#waiting.get(answer.call);
    this.#waiting.delete(answer.call);
    if ("result" in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new SafelightError(answer.code, answer.message, { cause: answer.cause }));
  }

  /** Whether what was under way is stored is not known: as after a crash, its sender asks again. */
  #lost(how: unknown): void {
    for (const { reject } of this.#waiting.values()) {
      const message = "expected a thread to store the upload but it ended; try again";
      reject(new SafelightError("unavailable", message, { cause: how }));
    }
    this.#waiting.clear();
  }
}
