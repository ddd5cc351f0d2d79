import { lstat, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as timer } from "node:timers/promises";
import { SafelightError } from "../../domain/model/errors.js";
import { deriveImageId } from "../../domain/model/image-id.js";
import { originalKey } from "../../domain/model/original-key.js";
import type { Pipeline } from "../../domain/pipeline.js";
import type { Log } from "../../ports/log.js";
import { looksLikeImage } from "../files/looks-like-image.js";
import { readFileHead } from "../files/read-file-head.js";

/** Options of {@link FolderSync}. */
export interface FolderSyncOptions {
  /** Absolute and free of symbolic links. Files in it are read, and never touched. */
  readonly folder: string;
  readonly pipeline: Pick<Pipeline, "upload" | "requestRemoval">;
  /** Most bytes that an original may have; one more is enough to see that a file has too many. */
  readonly maxBytes: number;
  /** Resolves once there is room for another upload. */
  readonly room: (signal: AbortSignal) => Promise<void>;
  /** Told the key of what was left to the queue. */
  readonly onAccepted: (key: string) => void;
  readonly log: Log;
}

/** Files read at a time. */
const CONCURRENCY = 2;

/** Pauses before a file that could not be read or stored is tried again. */
const RETRY_DELAYS_MILLISECONDS = [1_000, 5_000, 30_000];

/**
 * Brings the images of files in step with the files. Told that something about a file may have changed, it looks what
 * is there *now*: so it does not matter in which order, how often or how late it is told.
 */
export class FolderSync {
  readonly #options: FolderSyncOptions;
  /** Keys to look at, and how often that has failed. */
  readonly #waiting = new Map<string, number>();
  readonly #active = new Set<string>();
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: FolderSyncOptions) {
    this.#options = options;
  }

  /** Something about the file of this key may have changed. */
  check(key: string): void {
    this.#enqueue(key, 0);
  }

  /** Begins nothing new and resolves once what was begun is done. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#waiting.clear();
    await Promise.all(this.#running);
  }

  #enqueue(key: string, failures: number): void {
    if (this.#stop.signal.aborted) return;
    this.#waiting.set(key, failures);
    this.#processNext();
  }

  #processNext(): void {
    for (const [key, failures] of this.#waiting) {
      if (this.#running.size >= CONCURRENCY) return;
      // One look at a time: the second one comes after it, because the first may have read too early.
      if (this.#active.has(key)) continue;
      this.#waiting.delete(key);
      this.#active.add(key);
      const look = this.#checkKey(key, failures).finally(() => {
        this.#active.delete(key);
        this.#running.delete(look);
        this.#processNext();
      });
      this.#running.add(look);
    }
  }

  async #checkKey(key: string, failures: number): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#sync(originalKey(key));
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      log("warn", "processing a watched file failed", { key, error: String(error) });
      const delay = RETRY_DELAYS_MILLISECONDS[failures];
      const hopeless = error instanceof SafelightError && !error.retryable;
      if (hopeless || delay === undefined) return;
      timer(delay, undefined, { signal: this.#stop.signal, ref: false })
        .then(() => this.#enqueue(key, failures + 1))
        .catch(() => {});
    }
  }

  async #sync(key: string): Promise<void> {
    const { pipeline, maxBytes, room, onAccepted } = this.#options;
    const bytes = await this.#readPicture(key, maxBytes);
    if (bytes === undefined) return this.#handleRemoval(key);
    await room(this.#stop.signal);
    await pipeline.upload({ key, bytes }, { unlessCurrent: true });
    onAccepted(key);
  }

  /** The bytes of a file, `undefined` if there is none or it claims to be no picture. */
  async #readPicture(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const path = join(this.#options.folder, ...key.split("/"));
    try {
      // Neither links, which may lead anywhere, nor pipes and devices, which may have no end.
      if (!(await lstat(path)).isFile() || !(await looksLikeImage(path, basename(path)))) return undefined;
      return await readFileHead(path, maxBytes + 1);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #handleRemoval(key: string): Promise<void> {
    const { folder, pipeline, log, onAccepted } = this.#options;
    // A disk that was unmounted has not removed a single file.
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
      log("warn", "watched folder is missing; its images are kept", { folder });
      return;
    }
    if (await pipeline.requestRemoval(deriveImageId(key))) onAccepted(key);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
