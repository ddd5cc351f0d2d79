import type { ChangeQueue } from "../../ports/change-queue.js";
import { decorate } from "../../ports/checked/decorate.js";

/** Milliseconds for which a queue may be away before whoever works it counts as unhealthy: stores restart now and then. */
const PATIENCE_MILLISECONDS = 60_000;

/** Knows whether whoever receives from a queue gets an answer. */
export class QueueHealth {
  readonly #now: () => number;
  #failingSince: number | undefined;

  /** `now` in milliseconds; the process's own clock by default. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The queue, whose answers are watched. */
  watch(queue: ChangeQueue): ChangeQueue {
    return decorate(queue, {
      receive: async (options) => {
        try {
          const received = await queue.receive(options);
          this.#failingSince = undefined;
          return received;
        } catch (error) {
          if (!options.signal?.aborted) this.#failingSince ??= this.#now();
          throw error;
        }
      },
    });
  }

  /** Whether the queue answered within the last minute, or was not asked. */
  isGood(): boolean {
    return this.#failingSince === undefined || this.#now() - this.#failingSince < PATIENCE_MILLISECONDS;
  }
}
