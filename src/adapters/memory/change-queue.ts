import type { Change, Delivery, ImageRequest, OriginalChange } from "../../domain/model/change.js";
import type { QueueMeasurement } from "../../domain/model/pipeline-status.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Clock } from "../../ports/clock.js";

interface QueuedChange {
  readonly change: Change;
  attempt: number;
  isClaimed: boolean;
  /** When it came, in milliseconds. */
  readonly came: number;
  /** When it may be handed out first, in milliseconds. */
  readonly due: number;
}

/** Changes in the order in which they came, each until it is acknowledged. */
export class MemoryChangeQueue implements ChangeQueue {
  /** By id; a map keeps the order of insertion, which is the order of age. */
  readonly #queued = new Map<string, QueuedChange>();
  readonly #watchers = new Set<() => void>();
  readonly #clock: Clock;
  #count = 0;

  /** `clock` says when a change came and when a postponed request is due; the system's by default. */
  constructor({ clock = () => new Date() }: { readonly clock?: Clock } = {}) {
    this.#clock = clock;
  }

  /** Takes a change from the store of originals that is wired to this queue. */
  add(change: OriginalChange): void {
    this.#enqueue(change);
  }

  /** Forgets who works on what, as if every receiver had died. */
  abandon(): void {
    for (const waiting of this.#queued.values()) waiting.isClaimed = false;
  }

  async send(ask: ImageRequest): Promise<void> {
    this.#enqueue(ask);
  }

  async postpone(ask: ImageRequest, { seconds }: { seconds: number }): Promise<void> {
    this.#enqueue(ask, seconds * 1_000);
  }

  async receive({ limit }: { limit: number }): Promise<readonly Delivery[]> {
    return this.#claim(limit, () => true);
  }

  async receiveByKey(key: string, { limit }: { limit: number }): Promise<readonly Delivery[]> {
    return this.#claim(limit, (change) => change.key === key);
  }

  async acknowledge(id: string): Promise<void> {
    this.#queued.delete(id);
  }

  async release(id: string): Promise<void> {
    const waiting = this.#queued.get(id);
    if (waiting) waiting.isClaimed = false;
    this.#notify();
  }

  watch(onAvailable: () => void): () => void {
    // Of its own, so that the same function may watch twice.
    const notify = () => onAvailable();
    this.#watchers.add(notify);
    return () => void this.#watchers.delete(notify);
  }

  async measure(): Promise<QueueMeasurement> {
    const all = [...this.#queued.values()];
    const inFlight = all.filter(({ isClaimed }) => isClaimed).length;
    const [oldest] = all;
    return {
      waiting: all.length - inFlight,
      inFlight,
      ...(oldest && { oldest: new Date(oldest.came).toISOString() }),
    };
  }

  #claim(limit: number, belongs: (change: Change) => boolean): readonly Delivery[] {
    const now = this.#clock().getTime();
    return [...this.#queued]
      .filter(([, { isClaimed, change, due }]) => !isClaimed && due <= now && belongs(change))
      .slice(0, limit)
      .map(([id, waiting]) => {
        waiting.isClaimed = true;
        waiting.attempt += 1;
        return { id, change: structuredClone(waiting.change), attempt: waiting.attempt };
      });
  }

  #enqueue(change: Change, delay = 0): void {
    this.#count += 1;
    const came = this.#clock().getTime();
    this.#queued.set(String(this.#count), {
      change: structuredClone(change),
      attempt: 0,
      isClaimed: false,
      came,
      due: delay === 0 ? 0 : came + delay,
    });
    this.#notify();
  }

  #notify(): void {
    for (const notify of this.#watchers) notify();
  }
}
