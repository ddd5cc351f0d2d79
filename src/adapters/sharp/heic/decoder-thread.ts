import { Worker } from "node:worker_threads";
import { SafelightError } from "../../../domain/model/errors.js";
import type { Size } from "../../../domain/model/size.js";
import { DECODER_PROGRAM } from "./decoder-program.js";
import { compileLibheif, requireLibheif } from "./libheif.js";
import type { PixelForm } from "./tiff-head.js";

/** The pixels that are wanted of a HEIC. */
export interface DecoderRequest extends PixelForm {
  readonly bytes: Uint8Array;
  /** The bytes that the pixels are to stand behind. */
  readonly head: Uint8Array;
  /** Bytes of memory that the decoder may take. */
  readonly memoryLimitBytes: number;
  readonly timeLimitMilliseconds: number;
}

/** The end of a decoding. */
export type DecoderAnswer =
  | {
      readonly type: "decoded";
      /** The head and the pixels. */
      readonly file: Uint8Array;
      /** Whether colors are multiplied by their alpha. */
      readonly isPremultiplied: boolean;
    }
  /** The pixels are not as many as the header says. */
  | ({ readonly type: "resized" } & Size)
  | {
      readonly type: "failed";
      /** Numbers of libheif's errors; absent: it threw another one. */
      readonly code?: number;
      readonly subcode?: number;
      readonly message: string;
      /** Where memory ended: at the limit of the request, or because the machine had no more. */
      readonly shortage?: "limit" | "machine";
    };

/**
 * Decodes in a thread of its own, so that this one goes on with its work. Throws `decoder-crashed` when it takes too long, or
 * its thread ends without an answer, and the signal's reason when aborted: either ends the thread.
 */
export async function runDecoder(request: DecoderRequest, signal?: AbortSignal): Promise<DecoderAnswer> {
  const libheif = requireLibheif();
  const compiled = await compileLibheif(libheif);
  signal?.throwIfAborted();
  const { timeLimitMilliseconds: limit } = request;
  const thread = new Worker(DECODER_PROGRAM, {
    eval: true,
    execArgv: [],
    env: {},
    workerData: { ...request, script: libheif.script, compiled },
  });
  let abort = () => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<DecoderAnswer>((resolve, reject) => {
      abort = () => reject(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      const refuse = (what: string) => reject(new SafelightError("decoder-crashed", what));
      timer = setTimeout(() => refuse(`decoding took longer than ${limit / 1_000} s`), limit);
      thread.once("message", resolve);
      thread.once("error", (error) => refuse(`the decoder's thread failed: ${error.message}`));
      thread.once("exit", () => refuse("the decoder's thread ended without an answer"));
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    // Its memory is given back before anything else is asked for.
    await thread.terminate();
  }
}
