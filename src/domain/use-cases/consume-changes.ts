import type { CallOptions } from "../../ports/call-options.js";
import type { Sleep } from "../../ports/sleep.js";
import type { Delivery } from "../model/change.js";
import { deriveImageId } from "../model/image-id.js";
import type { Needs } from "./ports.js";
import { createWaker, type Waker } from "./waker.js";

/** The ports that consuming a queue needs. */
export interface ConsumerPorts extends Needs<"queue" | "log"> {
  /** Brings one delivery to its end; rejects with what must be tried again. */
  readonly settle: (delivery: Delivery, options: CallOptions) => Promise<unknown>;
}

/** How a queue is consumed. An aborted `signal` gives up what is in hand. */
export interface ConsumerPolicy extends CallOptions {
  /** Changes in hand at a time. Default 4. */
  readonly concurrency?: number;
  /** Only changes of this original; a queue that cannot be asked for them hands out none. */
  readonly key?: string;
  /**
   * How to go on when there is nothing to do. Absent: the run ends then; what fails is not received again before that,
   * and what the queue throws is thrown.
   */
  readonly waiting?: Waiting;
}

/** How a run goes on. */
export interface Waiting {
  readonly sleep: Sleep;
  /** Where a run leaves a function that wakes it. */
  readonly wakers: Set<() => void>;
  /**
   * Milliseconds between two looks when nothing wakes the run, and until a queue is tried again that could not be read.
   * Default 1,000; where the queue tells what is added, 10,000 between two looks.
   */
  readonly interval?: number;
  /** Milliseconds until a change that failed may be received again, by how often it was. Default 1,000, doubled each time up to a minute. */
  readonly rest?: (attempt: number) => number;
  /** Aborted: the run ends when there is nothing more. */
  readonly finish?: AbortSignal;
  /** Aborted: nothing more is received, and the run ends when what is in hand is settled or has failed. */
  readonly stop?: AbortSignal;
}

/** How a run ended. */
export interface Consumed {
  readonly settled: number;
  /** Changes that this run could not settle and has released. The error of each was logged. */
  readonly failed: number;
  /** Whether nothing is left: the queue has no more to hand out, and nothing failed. A run that was stopped does not know. */
  readonly drained: boolean;
}

/**
 * Receives changes, settles and acknowledges them: a few at a time, so that a slow one holds up no other. What fails
 * stays in hand for a while, or others would try it at once, and is then released, as often as that takes; the queue
 * decides when to give it up. Resolves once nothing runs any more and everything is acknowledged or released.
 */
export function consumeChanges(ports: ConsumerPorts, policy: ConsumerPolicy): Promise<Consumed> {
  return new Run(ports, policy).run();
}

/** Logs that a delivery failed, and why. */
export function logUnsettled({ log }: Needs<"log">, { change, attempt }: Delivery, error: unknown): void {
  const { key, type } = change;
  const cause = error instanceof Error && error.cause !== undefined ? ` because of ${error.cause}` : "";
  const fields = { imageId: deriveImageId(key), key, type, attempt, error: `${error}${cause}` };
  log("warn", "change not settled", fields);
}

/** One run, with what it has in hand. */
class Run {
  readonly #ports: ConsumerPorts;
  readonly #policy: ConsumerPolicy;
  /** Controllers that end each rest early. One signal for all would collect listeners, which Node reports as a leak. */
  readonly #rests = new Set<AbortController>();
  readonly #waker: Waker;
  /** Deliveries that failed and are not released yet, by id. */
  readonly #failed = new Map<string, Delivery>();
  #isOver = false;
  #inHand = 0;
  #settled = 0;

  constructor(ports: ConsumerPorts, policy: ConsumerPolicy) {
    this.#ports = ports;
    this.#policy = policy;
    const { signal, waiting } = policy;
    this.#waker = createWaker({ ...waiting, signal, ends: [waiting?.finish, waiting?.stop] });
  }

  async run(): Promise<Consumed> {
    const { signal, waiting } = this.#policy;
    const unwatch = waiting && this.#ports.queue.watch?.(this.#waker.wake);
    let [drained, failed] = [false, 0];
    try {
      while (!drained && !signal?.aborted) drained = await this.#look();
    } finally {
      this.#waker.close();
      unwatch?.();
      this.#isOver = true;
      for (const alarm of this.#rests) alarm.abort();
      await Promise.all(this.#waker.working);
      failed = this.#failed.size;
      for (const delivery of this.#failed.values()) await this.#release(delivery);
    }
    const isKnown = drained && !waiting?.stop?.aborted;
    return { settled: this.#settled, failed, drained: isKnown && failed === 0 };
  }

  /** Takes what the queue hands out, or waits until there may be more; resolves to whether this was the last look. */
  async #look(): Promise<boolean> {
    const { waiting } = this.#policy;
    this.#waker.beginLook();
    if (waiting?.stop?.aborted) return this.#finishInHand();
    const received = await this.#receive();
    if (received !== undefined && received.length > 0) {
      for (const deliveries of sortNewestFirst(received)) this.#waker.follow(this.#settleInTurn(deliveries));
      return false;
    }
    // Woken while it looked, it looks again before it says that there is nothing.
    const idle = received !== undefined && this.#inHand === 0 && !this.#waker.isAwake();
    if (idle && (!waiting || waiting.finish?.aborted)) return true;
    // What becomes free by time alone, nobody tells.
    const isTold = received !== undefined && this.#ports.queue.watch !== undefined;
    await this.#wait(isTold ? 10_000 : 1_000);
    return false;
  }

  /** Waits for the next end of what is in hand; resolves to whether there is nothing any more. */
  async #finishInHand(): Promise<boolean> {
    if (this.#inHand === 0) return true;
    await this.#wait(1_000);
    return false;
  }

  /** `undefined`: it is not known what the queue has, because it could not be read or nothing more may be taken in hand. */
  async #receive(): Promise<readonly Delivery[] | undefined> {
    const { concurrency = 4, key, waiting, signal } = this.#policy;
    const { queue, log } = this.#ports;
    const options = { limit: concurrency - this.#inHand, signal };
    if (options.limit <= 0) return undefined;
    try {
      const received =
        key === undefined ? await queue.receive(options) : ((await queue.receiveByKey?.(key, options)) ?? []);
      this.#inHand += received.length;
      // A queue may have taken back by itself what it could not take back when it was asked to.
      for (const { id } of received) this.#failed.delete(id);
      return received;
    } catch (error) {
      if (!waiting) throw error;
      if (!signal?.aborted) log("error", "queue not readable", { error: String(error) });
      return undefined;
    }
  }

  async #settleInTurn(deliveries: readonly Delivery[]): Promise<void> {
    for (const delivery of deliveries) {
      await this.#settle(delivery);
      this.#inHand -= 1;
    }
  }

  async #settle(delivery: Delivery): Promise<void> {
    const { settle, queue } = this.#ports;
    const { signal } = this.#policy;
    try {
      signal?.throwIfAborted();
      await settle(delivery, { signal });
      await queue.acknowledge(delivery.id);
      this.#settled += 1;
    } catch (error) {
      this.#failed.set(delivery.id, delivery);
      if (signal?.aborted) return;
      logUnsettled(this.#ports, delivery, error);
      // Not awaited: a change that rests takes nobody's place.
      void this.#releaseAfterRest(delivery);
    }
  }

  /** Until it is released, nobody is handed the change; so a release that fails, on a full disk for example, is tried again. */
  async #releaseAfterRest(delivery: Delivery): Promise<void> {
    const { waiting } = this.#policy;
    if (!waiting) return;
    const { rest = (times: number) => Math.min(1_000 * 2 ** (times - 1), 60_000) } = waiting;
    for (;;) {
      // Once the run is over, it releases what is left.
      if (!(await this.#pause(rest(delivery.attempt), waiting))) return;
      if (this.#failed.get(delivery.id) !== delivery) return;
      const releasing = this.#release(delivery);
      this.#waker.follow(releasing);
      await releasing;
      if (!this.#failed.has(delivery.id)) return;
    }
  }

  /** Resolves to whether the run goes on. */
  async #pause(milliseconds: number, { sleep }: Waiting): Promise<boolean> {
    if (this.#isOver) return false;
    const alarm = new AbortController();
    this.#rests.add(alarm);
    await sleep(milliseconds, alarm.signal).catch(() => {});
    this.#rests.delete(alarm);
    return !alarm.signal.aborted;
  }

  /** If this fails, the change stays among those that failed. */
  async #release(delivery: Delivery): Promise<void> {
    try {
      await this.#ports.queue.release(delivery.id);
      if (this.#failed.get(delivery.id) === delivery) this.#failed.delete(delivery.id);
    } catch (error) {
      this.#ports.log("warn", "change not released", { error: String(error) });
    }
  }

  /** Waits for `interval` milliseconds, unless the policy says how long. */
  #wait(interval: number): Promise<void> {
    return this.#waker.wait(this.#policy.waiting?.interval ?? interval);
  }
}

/** One list a key, the latest change first: once it is settled, the earlier ones are superseded without rendering. */
function sortNewestFirst(deliveries: readonly Delivery[]): Delivery[][] {
  const byKey = new Map<string, Delivery[]>();
  for (const delivery of deliveries)
    byKey.set(delivery.change.key, [delivery, ...(byKey.get(delivery.change.key) ?? [])]);
  return [...byKey.values()];
}
