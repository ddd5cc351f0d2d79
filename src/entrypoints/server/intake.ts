import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { SafelightError } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageInput } from "../../domain/use-cases/process-image.js";
import type { IntakeAnswer, IntakeRequest } from "./intake-messages.js";

interface Waiting {
  readonly resolve: (imageId: ImageId) => void;
  readonly reject: (error: SafelightError) => void;
}

/**
 * The thread that stores what is uploaded. Storing durably waits for the disk in one step with its locks, and hashes
 * and copies megabytes; where requests are answered, every one of them would wait with it.
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

  /** What `Pipeline.upload` promises. The bytes are given away: whoever called has none of them left. */
  upload(input: ImageInput): Promise<ImageId> {
    // Of a part of a buffer the whole would go, with what others have in it.
    const whole = input.bytes.byteLength === input.bytes.buffer.byteLength;
    const bytes = whole ? input.bytes : Uint8Array.from(input.bytes);
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#thread ??= this.#start();
      const request: IntakeRequest = { type: "upload", call, input: { ...input, bytes } };
      this.#thread.postMessage(request, [bytes.buffer as ArrayBuffer]);
    });
  }

  /** Resolves once it has let go of the data directory. Repeating it is success. */
  async close(): Promise<void> {
    const thread = this.#thread;
    if (!thread) return;
    const ended = once(thread, "exit");
    thread.postMessage({ type: "close" } satisfies IntakeRequest);
    await ended;
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
    if ("imageId" in answer) waiting?.resolve(answer.imageId);
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
