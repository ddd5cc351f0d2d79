import { setTimeout as wait } from "node:timers/promises";
import { SafelightError } from "../../domain/model/errors.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import type { Pipeline } from "../../domain/pipeline.js";
import { readInput } from "../files/read-input.js";
import { type InputFile, readErrorReason } from "./find-inputs.js";

/** The result of one file. */
export type Outcome =
  | {
      readonly type: "ready" | "rejected";
      readonly file: InputFile;
      readonly record: ImageDescription;
      /** True when the work had been done before. */
      readonly unchanged: boolean;
      /** True when the key was that of an image with other bytes until now. */
      readonly replaced: boolean;
    }
  | { readonly type: "unfinished"; readonly file: InputFile; readonly reason: string };

/** Options of {@link processFiles}. */
export interface ProcessFilesOptions {
  readonly pipeline: Pipeline;
  readonly files: readonly InputFile[];
  readonly concurrency: number;
  /** How many small files take the place of one. Default: 1. */
  readonly smallInPlace?: number | undefined;
  /** The options of `process` that all files share. */
  readonly input: Omit<Parameters<Pipeline["process"]>[0], "key" | "bytes">;
  readonly how: Parameters<Pipeline["process"]>[1];
  readonly maxBytes: number;
  /** Aborted: no new file is begun. Files in hand are finished. */
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: Outcome) => void;
  /** Pauses before the retries after a transient error, in milliseconds. Default 200, 600, 1800. */
  readonly retryDelays?: readonly number[];
}

const RETRY_DELAYS_MILLISECONDS = [200, 600, 1800];

/** Most bytes of a small file: while it waits for its turn, little is held for it. */
const SMALL_BYTES = 256 * 1024;

/** Whether so little is to be done for a file that it is mostly waited for. */
export function isSmallFile({ size }: InputFile): boolean {
  return size !== undefined && size <= SMALL_BYTES;
}

/** Processes the files, `concurrency` at a time, or more of small ones. A file that goes wrong is an outcome like any other. */
export async function processFiles(options: ProcessFilesOptions): Promise<void> {
  const { files, concurrency, smallInPlace = 1, signal, onOutcome } = options;
  const running = new Set<Promise<void>>();
  let free = concurrency * smallInPlace;
  for (const file of files) {
    const places = isSmallFile(file) ? 1 : smallInPlace;
    while (free < places) await Promise.race(running);
    if (signal.aborted) break;
    free -= places;
    const work: Promise<void> = processFile(file, options)
      .then(onOutcome)
      .finally(() => {
        free += places;
        running.delete(work);
      });
    running.add(work);
  }
  await Promise.all(running);
}

async function processFile(file: InputFile, options: ProcessFilesOptions): Promise<Outcome> {
  let bytes: Uint8Array;
  try {
    bytes = await readInput(file.path, options.maxBytes + 1);
  } catch (error) {
    return {
      type: "unfinished",
      file,
      reason: `reading the file failed (${readErrorReason(error)})`,
    };
  }
  for (let attempt = 0; ; attempt += 1) {
    const delay = (options.retryDelays ?? RETRY_DELAYS_MILLISECONDS)[attempt];
    try {
      return await processOnce(file, bytes, { ...options, isFinalAttempt: delay === undefined });
    } catch (error) {
      const retry = error instanceof SafelightError && error.retryable && !options.signal.aborted;
      if (!retry || delay === undefined) return { type: "unfinished", file, reason: describeError(error) };
      await wait(delay, undefined, { signal: options.signal }).catch(() => {});
    }
  }
}

async function processOnce(
  file: InputFile,
  bytes: Uint8Array,
  { pipeline, input, how, isFinalAttempt }: ProcessFilesOptions & { readonly isFinalAttempt: boolean },
): Promise<Outcome> {
  const { unchanged, replaced, ...record } = await pipeline.process(
    { ...input, key: file.key, bytes },
    { ...how, isFinalAttempt },
  );
  if (record.status !== "ready" && record.status !== "rejected")
    return { type: "unfinished", file, reason: `the image is still ${record.status}; run the command again` };
  return { type: record.status, file, record, unchanged, replaced };
}

function describeError(error: unknown): string {
  return error instanceof SafelightError ? `${error.code}: ${error.message}` : String(error);
}
