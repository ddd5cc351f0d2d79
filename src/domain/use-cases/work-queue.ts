import type { CallOptions } from "../../ports/call-options.js";
import { type Consumed, type ConsumerPorts, consumeChanges } from "./consume-changes.js";

/** How to settle what a queue holds open. */
export interface SettleOpenOptions extends CallOptions {
  /** Only changes of this original; a queue that cannot be asked for them hands out none. */
  readonly key?: string;
  /** Changes in hand at a time. Default 4. */
  readonly concurrency?: number;
}

/** How a run over the open changes ended. */
export type SettledOpen = Pick<Consumed, "settled" | "failed">;

/**
 * Settles every open change (of `key`, if given) once, and resolves when the queue has none left. What fails stays in
 * hand until the end of the run, so that one run tries nothing twice, and is then released. Throws what the queue
 * throws, and the reason of an aborted signal.
 */
export async function settleOpen(
  ports: ConsumerPorts,
  { key, concurrency, signal }: SettleOpenOptions = {},
): Promise<SettledOpen> {
  const { settled, failed } = await consumeChanges(ports, { key, concurrency, signal });
  signal?.throwIfAborted();
  return { settled, failed };
}

/** How to work a queue. */
export interface WorkOptions extends CallOptions {
  /** Changes in hand at a time. Default 4. */
  readonly concurrency?: number;
  /** Milliseconds between two looks into the queue when nothing wakes the worker. Default 1,000. */
  readonly interval?: number;
  /** Milliseconds until a change that failed is tried again, by how often it was received. Default 1,000, doubled each time up to a minute. */
  readonly rest?: (receives: number) => number;
  /** Aborted: what is open is settled first, then the work ends. */
  readonly finish?: AbortSignal;
}

/**
 * Settles what comes into the queue until `signal` is aborted, then gives up what is in hand and releases it. A queue
 * that cannot be read is logged and tried again: the work survives that.
 */
export function workQueue(ports: ConsumerPorts, options: WorkOptions = {}): Promise<Consumed> {
  return consumeChanges(ports, { interval: 1_000, rest: growingRest, ...options });
}

function growingRest(receives: number): number {
  return Math.min(1_000 * 2 ** (receives - 1), 60_000);
}
