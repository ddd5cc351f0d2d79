import assert from "node:assert/strict";
import type { ImageRequest } from "../../domain/model/change.js";
import type { ChangeQueue } from "../change-queue.js";
import { assertSame } from "./expectations.js";

/** Milliseconds that a queue may take to tell; much more than any needs. */
const PATIENCE = 5_000;

/** Checks what a queue that can be watched tells, and that it tells nobody who has ended his watch. */
export async function checkWatching(
  queue: ChangeQueue,
  createRequest: (key: string) => ImageRequest,
): Promise<void> {
  if (queue.watch === undefined) return;
  const watch = beginWatch(queue);
  const other = beginWatch(queue);
  // The first time, it may be told because the watch has begun.
  for (const key of ["a", "b", "c"])
    await watch.expectTold(`the request ${key} that is sent`, () => queue.send(createRequest(key)));
  const [delivery] = await queue.receive({ limit: 1 });
  await watch.expectTold("a change that is released", () => queue.release(delivery?.id ?? ""));
  watch.end();
  const before = watch.count();
  await other.expectTold("a request that is sent to whoever still watches", () =>
    queue.send(createRequest("d")),
  );
  other.end();
  assertSame(watch.count() - before, 0, "how often a watch that was ended is told");
}

/** Watches the queue, and counts how often it is told. */
function beginWatch(queue: ChangeQueue) {
  let count = 0;
  let resume: () => void = () => {};
  const end = queue.watch?.(() => {
    count += 1;
    resume();
  });
  return {
    count: () => count,
    end: () => end?.(),
    expectTold: async (what: string, act: () => Promise<void>) => {
      const before = count;
      await act();
      if (count === before) {
        const timeout = AbortSignal.timeout(PATIENCE);
        await new Promise<void>((resolve) => {
          resume = resolve;
          timeout.addEventListener("abort", () => resolve(), { once: true });
        });
      }
      assert.ok(count > before, `expected the watch to be told of ${what} but it was not`);
    },
  };
}
