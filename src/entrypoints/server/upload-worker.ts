import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type ErrorCode, SafelightError } from "../../domain/model/errors.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import type { BlobStore, PutOptions, PutResult } from "../../ports/blob-store.js";
import { decorate } from "../../ports/checked/decorate.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";

/** A write for the thread to carry out. */
export type UploadJob =
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

/** A message to the thread; `close` has it close the data directory and end. */
export type UploadWorkerRequest = { readonly call: number; readonly work: UploadJob } | "close";

/** The thread's answer to a call. Errors are sent as plain values, because class instances cannot be transferred. */
export type UploadWorkerAnswer =
  | { readonly call: number; readonly result: PutResult | undefined }
  | { readonly call: number; readonly code: ErrorCode; readonly message: string; readonly cause?: string };

interface PendingCall {
  readonly resolve: (result: PutResult | undefined) => void;
  readonly reject: (error: SafelightError) => void;
}

/**
 * The thread that writes what is uploaded. Writing durably waits for the disk in one step with its locks, and hashes
 * and copies megabytes; where requests are answered, every one of them would wait with it. Reading does not wait for
 * who writes and stays where it is asked for.
 */
export class UploadWorker {
  readonly #dir: string;
  readonly #program: URL;
  readonly #pending = new Map<number, PendingCall>();
  #thread: Worker | undefined;
  #calls = 0;

  /** `dir` is a data directory that is there already; `program` is what the thread runs. */
  constructor(
    dir: string,
    program = new URL("../../entrypoints/server/upload-worker-thread.js", import.meta.url),
  ) {
    this.#dir = dir;
    this.#program = program;
    this.#thread = this.#start();
  }

  /**
   * `store`, whose blobs are put by the thread. Unlike a store by itself it takes the bytes of a put: whoever called
   * has none of them left, and no copy is made.
   */
  wrapOriginals(store: BlobStore): BlobStore {
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
  wrapRecords(repository: MetadataRepository): MetadataRepository {
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
    thread.postMessage("close" satisfies UploadWorkerRequest);
    await ended;
  }

  #call(work: UploadJob, given: ArrayBuffer[] = []): Promise<PutResult | undefined> {
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { resolve, reject });
      this.#thread ??= this.#start();
      this.#thread.postMessage({ call, work } satisfies UploadWorkerRequest, given);
    });
  }

  #start(): Worker {
    const thread = new Worker(this.#program, { execArgv: [], workerData: { dir: this.#dir } });
    let how: unknown = "its end";
    thread.on("message", (answer: UploadWorkerAnswer) => this.#settleCall(answer));
    thread.on("error", (error) => {
      how = error;
    });
    thread.on("exit", () => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#rejectAll(how);
    });
    return thread;
  }

  #settleCall(answer: UploadWorkerAnswer): void {
    const waiting = this.#pending.get(answer.call);
    this.#pending.delete(answer.call);
    if ("result" in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new SafelightError(answer.code, answer.message, { cause: answer.cause }));
  }

  /** Whether what was under way is stored is not known: as after a crash, its sender asks again. */
  #rejectAll(how: unknown): void {
    for (const { reject } of this.#pending.values()) {
      const message = "the thread that stores uploads ended before it answered; upload again";
      reject(new SafelightError("unavailable", message, { cause: how }));
    }
    this.#pending.clear();
  }
}
