import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Log } from "../../ports/log.js";

/** Milliseconds for which a count is good enough. */
const LIFETIME_MILLISECONDS = 2_000;

/**
 * How much waits in a queue that other processes fill and empty: as it was a moment ago, and what came in here since. Counted in
 * the background, so that no request waits for it; a queue that cannot be counted counts as it last did.
 */
export class WaitingCount {
  readonly #queue: ChangeQueue;
  readonly #log: Log;
  readonly #now: () => number;
  #measured = 0;
  #added = 0;
  #dueAt = Number.NEGATIVE_INFINITY;

  /** `now` in milliseconds; the process's own clock by default. */
  constructor(queue: ChangeQueue, log: Log, now: () => number = () => performance.now()) {
    this.#queue = queue;
    this.#log = log;
    this.#now = now;
  }

  /** One more came in through this process. */
  increment(): void {
    this.#added += 1;
  }

  read(): number {
    if (this.#queue.measure && this.#now() >= this.#dueAt) {
      this.#dueAt = this.#now() + LIFETIME_MILLISECONDS;
      void this.#measure(this.#added);
    }
    return this.#measured + this.#added;
  }

  /** `before`: how many of those added are in the queue by now. */
  async #measure(before: number): Promise<void> {
    try {
      const counted = await this.#queue.measure?.();
      if (counted === undefined) return;
      this.#measured = counted.waiting;
      this.#added -= before;
    } catch (error) {
      this.#log("warn", "queue not counted", { error: String(error) });
    }
  }
}
