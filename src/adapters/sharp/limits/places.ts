/** A number of places that are taken in the order of asking: some of them, or all at once by who must be alone. */
export class Places {
  readonly #count: number;
  #taken = 0;
  readonly #waiting: { readonly weight: number; readonly enter: () => void }[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  /** Takes so many places, at most all, once they are free; what it gives, gives them back. Rejects when aborted. */
  take(count: number, signal?: AbortSignal): Promise<() => void> {
    return this.#take(count, "behind", signal);
  }

  /** Does `task` on so many places, as {@link take} gives them. */
  async during<T>(count: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const leave = await this.take(count, signal);
    try {
      return await task();
    } finally {
      leave();
    }
  }

  /** Resolves when all places are free, before whoever waits for some. Rejects as {@link take} does. */
  takeAll(signal?: AbortSignal): Promise<() => void> {
    return this.#take(this.#count, "in front", signal);
  }

  #take(weight: number, where: "behind" | "in front", signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const waiting = {
        weight,
        enter: () => {
          signal?.removeEventListener("abort", giveUp);
          resolve(() => {
            this.#taken -= weight;
            this.#admit();
          });
        },
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason);
        // It may have stood before others who fit.
        this.#admit();
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      if (where === "behind") this.#waiting.push(waiting);
      else this.#waiting.unshift(waiting);
      this.#admit();
    });
  }

  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#taken + next.weight > this.#count) return;
      this.#waiting.shift();
      this.#taken += next.weight;
      next.enter();
    }
  }
}
