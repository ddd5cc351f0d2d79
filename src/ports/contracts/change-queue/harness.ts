import type { ChangeQueue } from "../../change-queue.js";
import { decorate } from "../../checked/decorate.js";
import { guardChangeQueue } from "../../checked/index.js";
import type { Closable } from "../contract.js";

/** The harness for the laws of a change queue. An optional part that is left out breaks its law: declare the gap. */
export interface ChangeQueueHarness extends Closable {
  /** Empty, and nobody else's. */
  readonly queue: ChangeQueue;
  /** Every receiver dies now and acknowledges nothing any more; resolves to the queue as a living process sees it. */
  abandon?(): Promise<ChangeQueue>;
  /** Lets so many seconds pass, for a queue that can postpone. */
  pass?(seconds: number): Promise<void>;
  /** The process ends now, without a goodbye; resolves to the queue as the next process opens it. */
  restart?(): Promise<ChangeQueue>;
}

/** The harness with every queue of it behind its port's checks. */
export function guardQueues(harness: ChangeQueueHarness): ChangeQueueHarness {
  const guardOpen = (open?: () => Promise<ChangeQueue>) =>
    open && (async () => guardChangeQueue(await open.call(harness)));
  const { queue, abandon, restart } = harness;
  return decorate(harness, {
    queue: guardChangeQueue(queue),
    abandon: guardOpen(abandon),
    restart: guardOpen(restart),
  });
}
