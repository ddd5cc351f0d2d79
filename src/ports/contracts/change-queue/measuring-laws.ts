import assert from "node:assert/strict";
import type { QueueMeasurement } from "../../../domain/model/pipeline-status.js";
import type { ChangeQueue } from "../../change-queue.js";
import type { Law } from "../contract.js";
import { assertSame, requireHook } from "../expectations.js";
import { createRequest, take } from "./deliveries.js";
import type { ChangeQueueHarness } from "./harness.js";

/** The laws of a change queue about `measure`. */
export const MEASURING_LAWS: readonly Law<ChangeQueueHarness>[] = [
  {
    name: "measure, where a queue has it, counts what waits, and apart from it what somebody alive is working on",
    check: async (harness) => {
      const { queue } = harness;
      if (queue.measure === undefined) return;
      const checkCounts = async (expected: readonly [waiting: number, inFlight: number], what: string) => {
        const { waiting, inFlight } = await measureQueue(queue);
        assertSame([waiting, inFlight], expected, `what waits and what is worked on ${what}`);
      };
      await checkCounts([0, 0], "in an empty queue");
      for (const key of ["a", "b", "c"]) await queue.send(createRequest(key));
      await checkCounts([3, 0], "after three were sent");
      const [a, b] = await take(queue, { limit: 2 });
      await checkCounts([1, 2], "after two were handed out");
      await queue.release(a?.id ?? "");
      await checkCounts([2, 1], "after one of them was released");
      await queue.acknowledge(b?.id ?? "");
      await checkCounts([2, 0], "after the other one was acknowledged");
      await queue.postpone?.(createRequest("d"), { seconds: 900 });
      const later = queue.postpone === undefined ? 0 : 1;
      await checkCounts([2 + later, 0], "after one was postponed");
      await queue.receive({ limit: 1 });
      const next = await requireHook(harness.abandon, "abandon").call(harness);
      const { waiting, inFlight } = await measureQueue(next);
      assertSame([waiting, inFlight], [2 + later, 0], "what waits and what is worked on by the dead");
    },
  },
  {
    name: "measure, where a queue can tell, says since when the oldest change is there",
    check: async (harness) => {
      const { queue } = harness;
      if (queue.measure === undefined) return;
      assertSame((await measureQueue(queue)).oldest, undefined, "the age of nothing");
      await queue.send(createRequest("a"));
      if ((await measureQueue(queue)).oldest === undefined) return;
      await harness.pass?.(60);
      // Asked for only now: a harness may let time pass by moving what it wrote into the past.
      const { oldest: first = "" } = await measureQueue(queue);
      await queue.send(createRequest("b"));
      assertSame((await measureQueue(queue)).oldest, first, "the age of the first of two");
      const [a] = await queue.receive({ limit: 1 });
      assertSame((await measureQueue(queue)).oldest, first, "its age while it is worked on");
      await queue.acknowledge(a?.id ?? "");
      const { oldest: second = "" } = await measureQueue(queue);
      const least = harness.pass === undefined ? 0 : 59_000;
      assert.ok(
        Date.parse(second) - Date.parse(first) >= least,
        `expected the second change for the oldest but received ${second} after ${first}`,
      );
    },
  },
];

async function measureQueue(queue: ChangeQueue): Promise<QueueMeasurement> {
  return (await queue.measure?.()) ?? { waiting: Number.NaN, inFlight: Number.NaN };
}
