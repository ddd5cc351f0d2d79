import { setTimeout as timer } from "node:timers/promises";
import type { Log } from "../../ports/log.js";
import { type FolderSync, isInFolder } from "./folder-sync.js";
import type { KnownFolders } from "./known-folders.js";
import { type FolderVisitor, walkFolder } from "./walk-folder.js";
import { describeState } from "./watched-file.js";

/** Options of {@link FolderComparison}. */
export interface FolderComparisonOptions {
  readonly folder: string;
  readonly folders: KnownFolders;
  readonly sync: FolderSync;
  /** Whether a folder is left out, by key. */
  readonly isIgnored: (key: string) => boolean;
  readonly log: Log;
  /** Default: a minute, a second and five seconds. */
  readonly intervals?: ComparisonIntervals;
}

/** Milliseconds from the end of one comparison to the next. */
export interface ComparisonIntervals {
  /** Where nothing happens: for events that were lost. */
  readonly quiet: number;
  /** After an event: all events of that time are one reason. */
  readonly event: number;
  /** Where no events tell of some folder, or something could not be done; after each failure in a row twice as long. */
  readonly trouble: number;
}

const INTERVALS: ComparisonIntervals = { quiet: 60_000, event: 1_000, trouble: 5_000 };

/** A comparison takes at most one part in so many of the time, however large the folder is. */
const SHARE = 20;

/**
 * Compares a folder with what is known of it, again and again. This alone keeps the images in step; events only make it
 * quick. It looks at names and times, and reads no file that has not changed.
 */
export class FolderComparison {
  readonly #options: FolderComparisonOptions;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  readonly #looks = new Map<string, { again: boolean; readonly done: Promise<void> }>();
  readonly #strange = new Set<string>();
  readonly #unreadable = new Map<string, string>();
  #isDue = false;
  #wake = () => {};

  constructor(options: FolderComparisonOptions) {
    this.#options = options;
    this.#done = this.#runRepeatedly();
  }

  /** Something happened in the folder. */
  request(): void {
    this.#isDue = true;
    this.#wake();
  }

  /** Looks at a file or folder that an event named, without waiting for the next comparison. */
  look(key: string): void {
    this.#options.sync.check(key);
    // Of a look that is under way, nobody knows what it has passed already.
    const begun = this.#looks.get(key);
    if (begun) begun.again = true;
    else this.#looks.set(key, { again: false, done: this.#checkSubtree(key) });
  }

  async #checkSubtree(key: string): Promise<void> {
    await Promise.resolve();
    for (const look = this.#looks.get(key); look; look.again = false) {
      await this.#compareSubtree(key);
      if (!look.again || this.#stop.signal.aborted) break;
    }
    this.#looks.delete(key);
  }

  /** Begins nothing new and resolves once what was begun is done. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await Promise.all([this.#done, ...[...this.#looks.values()].map(({ done }) => done)]);
  }

  async #runRepeatedly(): Promise<void> {
    const { folders, sync, log, intervals = INTERVALS } = this.#options;
    const { signal } = this.#stop;
    let troubles = 0;
    while (!signal.aborted) {
      const begin = performance.now();
      this.#isDue = false;
      await this.#compare().catch((error) =>
        log("error", "comparing the watched folder failed", { error: String(error) }),
      );
      const share = (performance.now() - begin) * SHARE;
      troubles = sync.troubled ? troubles + 1 : 0;
      const isBlind = troubles > 0 || !folders.complete;
      const trouble = isBlind ? intervals.trouble * 2 ** Math.max(0, troubles - 1) : Number.POSITIVE_INFINITY;
      const quiet = Math.min(intervals.quiet, trouble);
      await this.#waitForNext(Math.max(share, intervals.event), Math.max(share, quiet));
    }
  }

  /** Waits so long in any case, and until a moment unless something happens. */
  async #waitForNext(least: number, most: number): Promise<void> {
    const { signal } = this.#stop;
    const sleep = (milliseconds: number, stop: AbortSignal) =>
      timer(milliseconds, undefined, { signal: stop, ref: false }).catch(() => {});
    await sleep(least, signal);
    if (this.#isDue || signal.aborted) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(Math.max(0, most - least), woken.signal);
    this.#wake = () => {};
  }

  async #compare(): Promise<void> {
    const { folders } = this.#options;
    folders.beginRound();
    await this.#compareSubtree("");
    if (!this.#stop.signal.aborted) folders.endRound();
  }

  async #compareSubtree(start: string): Promise<void> {
    const { folder, folders, sync } = this.#options;
    const { signal } = this.#stop;
    const seen = new Set<string>();
    // What is no folder and never was one has nothing below it.
    const wasFolder = folders.has(start);
    const visitor = this.#createVisitor((key) => seen.add(key));
    await walkFolder(folder, start, visitor, signal);
    if (!wasFolder || signal.aborted) return;
    for (const key of sync.listKeys())
      if (isInFolder(key, start) && !seen.has(key)) sync.compare(key, undefined);
  }

  #createVisitor(onSeen: (key: string) => void): FolderVisitor {
    const { folders, sync, isIgnored, log } = this.#options;
    return {
      onFolder: (key, stats) => {
        if (isIgnored(key)) return false;
        if (!folders.register(key, stats)) sync.dropSubtree(key);
        return true;
      },
      onFile: (key, stats) => {
        const state = describeState(stats);
        if (state !== undefined) onSeen(key);
        sync.compare(key, state);
      },
      onStrangeName: (path) => {
        if (this.#strange.has(path)) return;
        this.#strange.add(path);
        log("warn", "name of a watched file is not UTF-8; rename it to have it processed", { path });
      },
      onUnreadable: (key, error) => {
        const reason = String(error);
        if (this.#unreadable.get(key) === reason) return;
        this.#unreadable.set(key, reason);
        log("warn", "watched folder cannot be read", { key, error: reason });
      },
    };
  }
}
