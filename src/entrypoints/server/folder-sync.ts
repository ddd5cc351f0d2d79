import { setTimeout as timer } from "node:timers/promises";
import { SafelightError } from "../../domain/model/errors.js";
import { deriveImageId } from "../../domain/model/image-id.js";
import { originalKey } from "../../domain/model/original-key.js";
import type { Pipeline } from "../../domain/pipeline.js";
import type { Log } from "../../ports/log.js";
import { readPicture, readState } from "./watched-file.js";

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
  /** Whether a file that is missing may be on a disk that is not there right now. */
  readonly isElsewhere: (key: string) => Promise<boolean>;
  readonly log: Log;
}

/** Files looked at or read at a time. */
const CONCURRENCY = 2;

/** A file is taken for whole once it has not changed for so many milliseconds. */
const STABLE_MILLISECONDS = 1_000;

/** A file that was seen, and that nothing was done about yet. */
const SEEN = "";

/**
 * Brings the images of files in step with the files. Told that something about a file may have changed, it looks what
 * is there *now*: so it does not matter in which order, how often or how late it is told. What fails stays known as not
 * done, and is done once it is told again.
 */
export class FolderSync {
  readonly #options: FolderSyncOptions;
  /** The files that were seen, by key, each with the state that was dealt with. */
  readonly #known = new Map<string, string>();
  /** Keys to look at. */
  readonly #waiting = new Set<string>();
  /** Files that have changed a moment ago, the longest rest first. */
  readonly #resting = new Map<string, { readonly state: string; readonly since: number }>();
  readonly #active = new Set<string>();
  /** The last errors, by key, of all that is not done yet. */
  readonly #failed = new Map<string, string>();
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #waking = false;
  #missing = false;

  constructor(options: FolderSyncOptions) {
    this.#options = options;
  }

  /** Something about the file of this key may have changed. */
  check(key: string): void {
    if (this.#stop.signal.aborted) return;
    this.#resting.delete(key);
    this.#waiting.add(key);
    this.#processNext();
  }

  /** A file of this key is in this state; `undefined`: it is missing. */
  compare(key: string, state: string | undefined): void {
    if (this.#known.get(key) === state) return;
    if (state !== undefined && this.#resting.get(key)?.state === state) return;
    this.check(key);
  }

  /** The keys of the files that were seen and are not known to be gone. */
  listKeys(): Iterable<string> {
    return this.#known.keys();
  }

  /** Forgets the files below a folder: they are no longer missed. */
  dropSubtree(folder: string): void {
    for (const key of this.#known.keys()) if (isInFolder(key, folder)) this.#known.delete(key);
  }

  /** Whether something could not be done. */
  get troubled(): boolean {
    return this.#failed.size > 0;
  }

  /** Begins nothing new and resolves once what was begun is done. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#waiting.clear();
    await Promise.all(this.#running);
  }

  #processNext(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= CONCURRENCY) return;
      // One look at a time: the second one comes after it, because the first may have read too early.
      if (this.#active.has(key)) continue;
      this.#waiting.delete(key);
      this.#active.add(key);
      const look = this.#checkKey(key).finally(() => {
        this.#active.delete(key);
        this.#running.delete(look);
        this.#processNext();
      });
      this.#running.add(look);
    }
  }

  async #checkKey(key: string): Promise<void> {
    let state: string | undefined;
    try {
      state = await readState(this.#options.folder, key);
      if (await this.#sync(key, state)) this.#settle(key, state);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const reason = String(error);
      if (this.#failed.get(key) !== reason)
        this.#options.log("warn", "processing a watched file failed", { key, error: reason });
      // Another attempt at the same file would end in the same way.
      if (error instanceof SafelightError && !error.retryable) this.#settle(key, state);
      else this.#failed.set(key, reason);
    }
  }

  #settle(key: string, state: string | undefined): void {
    if (state === undefined) this.#known.delete(key);
    else this.#known.set(key, state);
    this.#failed.delete(key);
    this.#missing = false;
  }

  /** False if the file is to be looked at again. */
  async #sync(key: string, state: string | undefined): Promise<boolean> {
    const done = this.#known.get(key);
    if (done === state) return true;
    if (state === undefined) return this.#requestRemoval(key);
    if (done === undefined) this.#known.set(key, SEEN);
    if (!this.#hasRested(key, state)) return false;
    const { folder, pipeline, maxBytes, room, onAccepted } = this.#options;
    const bytes = await readPicture(folder, key, maxBytes + 1);
    if (bytes === undefined) return this.#requestRemoval(key);
    await room(this.#stop.signal);
    // What was read while it was written is half of a picture. What is gone will be seen to be gone.
    if ((await readState(folder, key)) !== state) return this.#checkAgain(key);
    await pipeline.upload({ key: originalKey(key), bytes }, { unlessCurrent: !this.#failed.has(key) });
    onAccepted(key);
    return true;
  }

  /** False if the image is kept. */
  async #requestRemoval(key: string): Promise<boolean> {
    const { folder, pipeline, log, isElsewhere, onAccepted } = this.#options;
    // A disk that was unmounted has not removed a single file.
    if (await isElsewhere(key)) {
      if (!this.#missing) log("warn", "watched folder is missing; its images are kept", { folder });
      this.#missing = true;
      return false;
    }
    // Half a removal is one: if the file is back before the second attempt, it is taken in anew.
    this.#known.set(key, SEEN);
    if (await pipeline.requestRemoval(deriveImageId(originalKey(key)))) onAccepted(key);
    return true;
  }

  #checkAgain(key: string): false {
    this.check(key);
    return false;
  }

  /** Whether a file has been in this state for long enough; otherwise it rests and is looked at again. */
  #hasRested(key: string, state: string): boolean {
    const rest = this.#resting.get(key);
    const now = performance.now();
    const isSame = rest?.state === state;
    if (isSame && now < rest.since + STABLE_MILLISECONDS) return false;
    this.#resting.delete(key);
    if (isSame) return true;
    this.#resting.set(key, { state, since: now });
    this.#wakeRested();
    return false;
  }

  /** Has files looked at again once they have rested, one timer for all of them. */
  async #wakeRested(): Promise<void> {
    if (this.#waking) return;
    this.#waking = true;
    const { signal } = this.#stop;
    for (const [key, rest] of this.#resting) {
      // A timer may be early by a part of a millisecond.
      for (let pause = computePause(rest); pause > 0 && !signal.aborted; pause = computePause(rest))
        await timer(Math.ceil(pause), undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      // Whatever has begun to rest anew comes later.
      if (this.#resting.get(key) !== rest) continue;
      this.#waiting.add(key);
      this.#processNext();
    }
    this.#waking = false;
  }
}

function computePause({ since }: { readonly since: number }): number {
  return since + STABLE_MILLISECONDS - performance.now();
}

/** Whether a key lies below a folder; all lie below `""`. */
export function isInFolder(key: string, folder: string): boolean {
  return folder === "" || key.startsWith(`${folder}/`);
}
