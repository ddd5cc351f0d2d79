import assert from "node:assert/strict";
import type { Delivery, OriginalChange } from "../../domain/model/change.js";
import type { ChangeQueue } from "../change-queue.js";
import { assertSame } from "./expectations.js";

/** Most answers that a law asks a queue for: one that never runs empty must not keep it for ever. */
const MOST_ANSWERS = 10_000;

/** Receives and acknowledges until the queue is empty: the changes in the order in which they were handed out. */
export async function drain(queue: ChangeQueue): Promise<OriginalChange[]> {
  const changes: OriginalChange[] = [];
  for (let answers = 0; answers < MOST_ANSWERS; answers += 1) {
    const deliveries = await queue.receive({ limit: 10 });
    if (deliveries.length === 0) return changes;
    for (const { id, change } of deliveries) {
      if ("sequencer" in change) changes.push(change);
      await queue.acknowledge(id);
    }
  }
  return assert.fail("expected the queue to run empty but it did not");
}

/** Does a deed to each key, all side by side, and looks at the change of each as soon as it is handed out. */
export async function receiveDuringDeeds(
  queue: ChangeQueue,
  keys: readonly string[],
  deed: (key: string) => Promise<unknown>,
  look: (change: OriginalChange) => Promise<unknown>,
): Promise<void> {
  let doing = keys.length;
  const seen = new Set<string>();
  const takeDelivery = async ({ id, change }: Delivery) => {
    if ("sequencer" in change) await look(change);
    await queue.acknowledge(id);
    seen.add(change.key);
  };
  const receiveChanges = async () => {
    for (let answers = 0; answers < MOST_ANSWERS; ) {
      const wasDoing = doing > 0;
      if (!wasDoing) answers += 1;
      const deliveries = await queue.receive({ limit: 3 });
      for (const delivery of deliveries) await takeDelivery(delivery);
      if (deliveries.length === 0 && !wasDoing) return;
      await turn();
    }
  };
  const deeds = keys.map((key) =>
    deed(key).finally(() => {
      doing -= 1;
    }),
  );
  // All are awaited even if one fails: the store is taken away from whoever is still at work on it.
  const failed = (await Promise.allSettled([receiveChanges(), ...deeds])).find(
    ({ status }) => status === "rejected",
  );
  if (failed?.status === "rejected") throw failed.reason;
  assertSame([...seen].sort(), [...keys].sort(), "the keys of the changes");
}

/** Lets timers, files and everything that waits for them go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
