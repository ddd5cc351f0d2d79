import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Log } from "../../ports/log.js";
import type { Delivery } from "../model/change.js";
import { imageIdOf } from "../model/image-id.js";
import type { SettleOriginal } from "./settle-original.js";

/** How a run over the open changes ended. */
export interface SettledOpen {
  readonly settled: number;
  /** Released again; the error of each was logged. */
  readonly failed: number;
}

/** Settles what a queue holds: after a crash, or whenever a worker looks for work. */
export class SettleOpen {
  readonly #settle: SettleOriginal;
  readonly #queue: ChangeQueue;
  readonly #log: Log;

  constructor({ settle, queue, log }: { settle: SettleOriginal; queue: ChangeQueue; log: Log }) {
    this.#settle = settle;
    this.#queue = queue;
    this.#log = log;
  }

  /**
   * Settles every open change (of `key`, if given) once, at most `concurrency` (4) at a time, and resolves when the
   * queue has none left. What fails stays in hand until the end of the run, so that one run tries nothing twice, and
   * is then released. Throws only what the queue throws.
   */
  async run(
    options: { key?: string; concurrency?: number; signal?: AbortSignal } = {},
  ): Promise<SettledOpen> {
    const { key, concurrency = 4, signal } = options;
    const failed: string[] = [];
    let settled = 0;
    try {
      for (;;) {
        signal?.throwIfAborted();
        const limits = { limit: concurrency, signal };
        const received =
          key === undefined
            ? await this.#queue.receive(limits)
            : ((await this.#queue.receiveOf?.(key, limits)) ?? []);
        if (received.length === 0) return { settled, failed: failed.length };
        await Promise.all(
          newestFirstByKey(received).map(async (deliveries) => {
            for (const delivery of deliveries) {
              if (await this.#settled(delivery, signal)) settled += 1;
              else failed.push(delivery.id);
            }
          }),
        );
      }
    } finally {
      for (const id of failed) await this.#queue.release(id);
    }
  }

  async #settled(delivery: Delivery, signal?: AbortSignal): Promise<boolean> {
    const { change, receives, id } = delivery;
    try {
      await this.#settle.settle(delivery, { signal });
      await this.#queue.acknowledge(id);
      return true;
    } catch (error) {
      const imageId = imageIdOf(change.key);
      this.#log("warn", "change not settled", { imageId, type: change.type, receives, error: String(error) });
      return false;
    }
  }
}

/** One list a key, the latest change first: once it is settled, the earlier ones are superseded without rendering. */
function newestFirstByKey(deliveries: readonly Delivery[]): Delivery[][] {
  const byKey = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const { key } = delivery.change;
    byKey.set(key, [delivery, ...(byKey.get(key) ?? [])]);
  }
  return [...byKey.values()];
}
