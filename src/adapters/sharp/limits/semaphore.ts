/** A counting semaphore: permits are granted in the order of request, some of them or all at once. */
export class Semaphore {
  readonly #permits: number;
  #acquired = 0;
  readonly #waiting: { readonly permits: number; readonly grant: () => void }[] = [];

  constructor(permits: number) {
    this.#permits = permits;
  }

  /** Acquires `permits`, at most all of them, once they are free. Resolves to a function that releases them. Rejects when aborted. */
  acquire(permits: number, signal?: AbortSignal): Promise<() => void> {
    return this.#acquire(permits, "back", signal);
  }

  /** Runs `task` while it holds `permits`, as {@link acquire} grants them. */
  async run<T>(permits: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const release = await this.acquire(permits, signal);
    try {
      return await task();
    } finally {
      release();
    }
  }

  /** Acquires all permits, ahead of everybody who waits for some. Rejects as {@link acquire} does. */
  acquireAll(signal?: AbortSignal): Promise<() => void> {
    return this.#acquire(this.#permits, "front", signal);
  }

  #acquire(permits: number, end: "back" | "front", signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const waiting = {
        permits,
        grant: () => {
          signal?.removeEventListener("abort", giveUp);
          resolve(() => {
            this.#acquired -= permits;
            this.#grantNext();
          });
        },
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason);
        // It may have stood before others who fit.
        this.#grantNext();
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      if (end === "back") this.#waiting.push(waiting);
      else this.#waiting.unshift(waiting);
      this.#grantNext();
    });
  }

  #grantNext(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#acquired + next.permits > this.#permits) return;
      this.#waiting.shift();
      this.#acquired += next.permits;
      next.grant();
    }
  }
}
