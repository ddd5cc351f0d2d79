import type { OriginalChange } from "../../domain/model/change.js";
import type { ChangeQueue } from "../change-queue.js";
import { same } from "./expectations.js";

/** Does the deeds side by side, looks at each of their changes as soon as it is handed out, and misses none. */
export async function whileReceiving(
  queue: ChangeQueue,
  deeds: readonly (() => Promise<unknown>)[],
  look: (change: OriginalChange) => Promise<unknown>,
): Promise<void> {
  let doing = deeds.length;
  let seen = 0;
  const done = (deed: () => Promise<unknown>) =>
    deed().finally(() => {
      doing -= 1;
    });
  const receive = async () => {
    const deliveries = await queue.receive({ limit: 3 });
    for (const { id, change } of deliveries) {
      if ("sequencer" in change) await look(change);
      await queue.acknowledge(id);
    }
    seen += deliveries.length;
    return deliveries.length;
  };
  const receiving = async () => {
    for (; doing > 0; await turn()) await receive();
    while ((await receive()) > 0);
  };
  await Promise.all([...deeds.map(done), receiving()]);
  same(seen, deeds.length, "the number of changes");
}

/** Receives and acknowledges until the queue is empty: the changes in the order in which they were handed out. */
export async function drain(queue: ChangeQueue): Promise<OriginalChange[]> {
  const changes: OriginalChange[] = [];
  for (;;) {
    const deliveries = await queue.receive({ limit: 10 });
    if (deliveries.length === 0) return changes;
    for (const { id, change } of deliveries) {
      if ("sequencer" in change) changes.push(change);
      await queue.acknowledge(id);
    }
  }
}

/** Lets timers, files and everything that waits for them go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
