import type { Change, Delivery, ImageRequest, OriginalChange } from "../../domain/model/change.js";
import type { ChangeQueue } from "../../ports/change-queue.js";

interface Waiting {
  readonly change: Change;
  attempt: number;
  taken: boolean;
}

/** Changes in the order in which they came, each until it is acknowledged. */
export class MemoryChangeQueue implements ChangeQueue {
  /** By id; a map keeps the order of insertion, which is the order of age. */
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  /** Takes a change from the store of originals that is wired to this queue. */
  add(change: OriginalChange): void {
    this.#append(change);
  }

  /** Forgets who works on what, as if every receiver had died. */
  abandon(): void {
    for (const waiting of this.#waiting.values()) waiting.taken = false;
  }

  async send(ask: ImageRequest): Promise<void> {
    this.#append(ask);
  }

  async receive({ limit }: { limit: number }): Promise<readonly Delivery[]> {
    return this.#take(limit, () => true);
  }

  async receiveOf(key: string, { limit }: { limit: number }): Promise<readonly Delivery[]> {
    return this.#take(limit, (change) => change.key === key);
  }

  async acknowledge(id: string): Promise<void> {
    this.#waiting.delete(id);
  }

  async release(id: string): Promise<void> {
    const waiting = this.#waiting.get(id);
    if (waiting) waiting.taken = false;
  }

  #take(limit: number, belongs: (change: Change) => boolean): readonly Delivery[] {
    return [...this.#waiting]
      .filter(([, { taken, change }]) => !taken && belongs(change))
      .slice(0, limit)
      .map(([id, waiting]) => {
        waiting.taken = true;
        waiting.attempt += 1;
        return { id, change: structuredClone(waiting.change), attempt: waiting.attempt };
      });
  }

  #append(change: Change): void {
    this.#count += 1;
    this.#waiting.set(String(this.#count), { change: structuredClone(change), attempt: 0, taken: false });
  }
}
