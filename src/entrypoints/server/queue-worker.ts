import { setTimeout as timer } from "node:timers/promises";
import type { Delivery } from "../../domain/model/change.js";
import { imageIdOf } from "../../domain/model/image-id.js";
import type { Pipeline } from "../../domain/pipeline.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Log } from "../../ports/log.js";

/** What a worker needs. */
export interface QueueWorkerOptions {
  readonly pipeline: Pick<Pipeline, "settle">;
  readonly queue: ChangeQueue;
  readonly log: Log;
  /** Changes in hand at a time. */
  readonly concurrency: number;
  /** Milliseconds between two looks into the queue when nobody wakes the worker: others may have added to it. Default 1,000. */
  readonly interval?: number;
  /** Milliseconds until a change that failed is tried again, by how often it was tried. Default 1 s, doubled each time up to a minute. */
  readonly rest?: (receives: number) => number;
}

/**
 * Works a queue: a few changes in hand at a time, each on its own, so that a slow one holds up no other. What fails is
 * tried again after a rest; until then this worker keeps it, or others would try it at once.
 */
export class QueueWorker {
  readonly #options: Required<QueueWorkerOptions>;
  readonly #inHand = new Set<Promise<void>>();
  readonly #resting = new Set<string>();
  readonly #stop = new AbortController();
  #wake: () => void = () => {};
  #awake = true;
  #onIdle: () => void = () => {};
  #running: Promise<void> | undefined;

  constructor(options: QueueWorkerOptions) {
    this.#options = {
      interval: 1_000,
      rest: (receives) => Math.min(1_000 * 2 ** (receives - 1), 60_000),
      ...options,
    };
  }

  /** Begins with whatever is open. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** There is something in the queue. */
  wake(): void {
    this.#awake = true;
    this.#wake();
  }

  /** Waits until nothing is left to do, at most so many milliseconds; resolves to whether that is so. */
  async drain(milliseconds: number): Promise<boolean> {
    const given = new AbortController();
    const idle = new Promise<boolean>((resolve) => {
      this.#onIdle = () => resolve(this.#resting.size === 0);
    });
    this.wake();
    const late = timer(milliseconds, false, { signal: given.signal }).catch(() => false);
    try {
      return await Promise.race([idle, late]);
    } finally {
      given.abort();
    }
  }

  /** Lets go of everything: what was in hand is free for others. Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
    await Promise.all(this.#inHand);
    for (const id of this.#resting) await this.#release(id);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#awake = false;
      const received = await this.#receive();
      for (const delivery of received ?? []) this.#take(delivery);
      if (received !== undefined && received.length > 0) continue;
      // Woken while it looked, it looks again before it says that there is nothing.
      if (received !== undefined && this.#inHand.size === 0 && !this.#awake) this.#onIdle();
      await this.#sleep();
    }
  }

  /** `undefined`: the queue could not be looked into. */
  async #receive(): Promise<readonly Delivery[] | undefined> {
    const { queue, concurrency, log } = this.#options;
    const limit = concurrency - this.#inHand.size;
    if (limit <= 0) return [];
    try {
      return await queue.receive({ limit });
    } catch (error) {
      log("error", "queue not readable", { error: String(error) });
      return undefined;
    }
  }

  #take(delivery: Delivery): void {
    const work = this.#settle(delivery).finally(() => {
      this.#inHand.delete(work);
      this.wake();
    });
    this.#inHand.add(work);
  }

  async #settle(delivery: Delivery): Promise<void> {
    const { pipeline, queue, log, rest } = this.#options;
    const { id, change, receives } = delivery;
    try {
      await pipeline.settle(delivery, { signal: this.#stop.signal });
      await queue.acknowledge(id);
    } catch (error) {
      if (this.#stop.signal.aborted) return this.#release(id);
      const imageId = imageIdOf(change.key);
      log("warn", "change not settled", { imageId, type: change.type, receives, error: String(error) });
      this.#rest(id, rest(receives));
    }
  }

  /** Not awaited by anybody: a change that rests takes nobody's place. */
  #rest(id: string, milliseconds: number): void {
    this.#resting.add(id);
    timer(milliseconds, undefined, { signal: this.#stop.signal, ref: false })
      .then(async () => {
        this.#resting.delete(id);
        await this.#release(id);
        this.wake();
      })
      // Stopped: `stop` releases it.
      .catch(() => {});
  }

  async #release(id: string): Promise<void> {
    try {
      await this.#options.queue.release(id);
    } catch (error) {
      // Whoever comes after this process finds it: its owner is dead then.
      this.#options.log("warn", "change not released", { error: String(error) });
    }
  }

  async #sleep(): Promise<void> {
    if (this.#awake || this.#stop.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const alarm = setTimeout(resolve, this.#options.interval);
      this.#wake = () => {
        clearTimeout(alarm);
        resolve();
      };
    });
  }
}
