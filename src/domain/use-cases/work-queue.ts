import type { CallOptions } from "../../ports/call-options.js";
import { type Delivery, toAttempt } from "../model/change.js";
import {
  type Consumed,
  type ConsumerPolicy,
  consumeChanges,
  logUnsettled,
  type Waiting,
} from "./consume-changes.js";
import type { Needs } from "./ports.js";
import { type Settled, type SettlePorts, settleChange } from "./settle-change.js";

/** How to settle what a queue holds open. */
export type DrainQueueOptions = Omit<ConsumerPolicy, "waiting">;

/** How a run over the open changes ended. */
export type Drained = Pick<Consumed, "settled" | "failed">;

/**
 * Settles every open change (of `key`, if given) once, and resolves when the queue has none left. What fails stays in
 * hand until the end of the run, so that one run tries nothing twice, and is then released. Throws what the queue
 * throws, and the reason of an aborted signal.
 */
export async function drainQueue(
  ports: SettlePorts,
  { key, concurrency, signal }: DrainQueueOptions = {},
): Promise<Drained> {
  const { settled, failed } = await consumeChanges(createConsumer(ports), { key, concurrency, signal });
  signal?.throwIfAborted();
  return { settled, failed };
}

/** How to work a queue. */
export interface WorkOptions extends CallOptions, Omit<Waiting, "sleep" | "wakers"> {
  /** Changes in hand at a time. Default 4. */
  readonly concurrency?: number;
  /**
   * Called for each delivery in the place of `settle`, which it is to call, and whose result or error it is to pass on: to
   * count, to log or to trace. Default: `settle` alone.
   */
  readonly observe?: ObserveSettlement;
}

/** Sees one settlement from its beginning to its end. */
export type ObserveSettlement = (delivery: Delivery, settle: () => Promise<Settled>) => Promise<Settled>;

/**
 * Settles what comes into the queue until `signal` is aborted, then gives up what is in hand and releases it. A queue
 * that cannot be read is logged and tried again: the work survives that.
 */
export function workQueue(
  ports: SettlePorts & Needs<"sleep"> & Pick<Waiting, "wakers">,
  { concurrency, signal, observe, ...how }: WorkOptions = {},
): Promise<Consumed> {
  const { sleep, wakers } = ports;
  const waiting = { sleep, wakers, ...how };
  return consumeChanges(createConsumer(ports, observe), { concurrency, signal, waiting });
}

/** Settles what a queue has pushed, and resolves to what was done. What must come again is logged and thrown. */
export async function settleDelivery(
  ports: SettlePorts,
  delivery: Delivery,
  { signal }: CallOptions = {},
): Promise<Settled> {
  try {
    return await settleChange(ports, delivery.change, toAttempt(delivery), { signal });
  } catch (error) {
    logUnsettled(ports, delivery, error);
    throw error;
  }
}

function createConsumer(ports: SettlePorts, observe: ObserveSettlement = (_, settle) => settle()) {
  const settle = (delivery: Delivery, options: CallOptions) =>
    observe(delivery, () => settleChange(ports, delivery.change, toAttempt(delivery), options));
  return { ...ports, settle };
}
