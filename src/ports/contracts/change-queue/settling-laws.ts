import type { Law } from "../contract.js";
import { assertSame, requireHook } from "../expectations.js";
import { acknowledgeAll, createRequest, pickChanges, take } from "./deliveries.js";
import type { ChangeQueueHarness } from "./harness.js";

/** The laws of a change queue about what becomes of a change in hand. */
export const SETTLING_LAWS: readonly Law<ChangeQueueHarness>[] = [
  {
    name: "attempt counts how often a change was handed out",
    check: async ({ queue }) => {
      await queue.send(createRequest("a"));
      for (let times = 1; times <= 4; times += 1) {
        const [delivery] = await queue.receive({ limit: 1 });
        assertSame(delivery?.attempt, times, "attempt");
        await queue.release(delivery?.id ?? "");
      }
    },
  },
  {
    name: "a change is handed out again when its receiver died",
    check: async (harness) => {
      await harness.queue.send(createRequest("a"));
      await harness.queue.send(createRequest("b"));
      const lost = await harness.queue.receive({ limit: 1 });
      assertSame(pickChanges(lost), [createRequest("a")], "what the receiver died with");
      const queue = await requireHook(harness.abandon, "abandon").call(harness);
      const found = await take(queue, { limit: 9 });
      assertSame(pickChanges(found), [createRequest("a"), createRequest("b")], "what the next receiver gets");
      assertSame(
        found.map(({ attempt }) => attempt),
        [2, 1],
        "how often each was handed out",
      );
    },
  },
  {
    name: "a change is handed out again when its receiver released it",
    check: async ({ queue }) => {
      await queue.send(createRequest("a"));
      const [delivery] = await queue.receive({ limit: 1 });
      assertSame(await take(queue, { limit: 1 }), [], "what there is before the release");
      await queue.release(delivery?.id ?? "");
      assertSame(
        pickChanges(await take(queue, { limit: 1 })),
        [createRequest("a")],
        "what there is after it",
      );
    },
  },
  {
    name: "a change stays until it is acknowledged, whatever happens to whoever received it",
    check: async (harness) => {
      await harness.queue.send(createRequest("a"));
      let queue = harness.queue;
      for (let times = 0; times < 5; times += 1) {
        const received = await queue.receive({ limit: 1 });
        assertSame(pickChanges(received), [createRequest("a")], `what receiver ${times + 1} gets`);
        queue = await requireHook(harness.abandon, "abandon").call(harness);
      }
    },
  },
  {
    name: "an acknowledged change is never handed out again",
    check: async (harness) => {
      for (const key of ["a", "b", "c"]) await harness.queue.send(createRequest(key));
      const [a, b] = await take(harness.queue, { limit: 2 });
      await harness.queue.acknowledge(a?.id ?? "");
      await harness.queue.release(b?.id ?? "");
      await harness.queue.release(a?.id ?? "");
      assertSame(
        pickChanges(await take(harness.queue, { limit: 9 })),
        [createRequest("b"), createRequest("c")],
        "what is left",
      );
      const queue = await requireHook(harness.abandon, "abandon").call(harness);
      assertSame(
        pickChanges(await take(queue, { limit: 9 })),
        [createRequest("b"), createRequest("c")],
        "what is left by the dead",
      );
    },
  },
  {
    name: "acknowledging again, or an id that is gone, is success",
    check: async ({ queue }) => {
      await queue.send(createRequest("a"));
      await queue.send(createRequest("b"));
      const [delivery] = await queue.receive({ limit: 1 });
      for (let times = 0; times < 2; times += 1) await queue.acknowledge(delivery?.id ?? "");
      assertSame(pickChanges(await take(queue, { limit: 9 })), [createRequest("b")], "what is left");
    },
  },
  {
    name: "releasing an id that is gone is success",
    check: async ({ queue }) => {
      await queue.send(createRequest("a"));
      const deliveries = await queue.receive({ limit: 1 });
      await acknowledgeAll(queue, deliveries);
      for (const { id } of deliveries) await queue.release(id);
      assertSame(await take(queue, { limit: 9 }), [], "what is left");
    },
  },
];
