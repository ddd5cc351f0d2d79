import { AWKWARD_KEYS } from "../awkward-keys.js";
import { CONFUSABLE_VERSIONS } from "../confusable-sequencers.js";
import type { Law } from "../contract.js";
import { assertSame, requireHook } from "../expectations.js";
import { acknowledgeAll, createRequest, pickChanges, take } from "./deliveries.js";
import type { ChangeQueueHarness } from "./harness.js";

/** The laws of a change queue about what is added to it. */
export const SENDING_LAWS: readonly Law<ChangeQueueHarness>[] = [
  {
    name: "send adds an ask, which comes out as it went in",
    check: async ({ queue }) => {
      const asks = AWKWARD_KEYS.flatMap((key) => [
        createRequest(key),
        { ...createRequest(key, 2), force: true as const },
        { ...createRequest(key, 2), invalidate: true as const },
        { ...createRequest(key, 3), force: true as const, invalidate: true as const },
        { ...createRequest(key, 7), type: "remove" as const },
      ]).concat(CONFUSABLE_VERSIONS.map((version) => ({ type: "process", key: "k", version })));
      for (const ask of asks) await queue.send(ask);
      assertSame(pickChanges(await take(queue, { limit: asks.length })), asks, "the asks");
    },
  },
  {
    name: "an ask is durable once send resolves",
    check: async (harness) => {
      await harness.queue.send(createRequest("a"));
      const restarted = await requireHook(harness.restart, "restart").call(harness);
      assertSame(
        pickChanges(await take(restarted, { limit: 9 })),
        [createRequest("a")],
        "the asks after a restart",
      );
    },
  },
  {
    name: "sending an equal ask again adds another one",
    check: async ({ queue }) => {
      for (let times = 0; times < 3; times += 1) await queue.send(createRequest("a"));
      const deliveries = await take(queue, { limit: 9 });
      assertSame(
        pickChanges(deliveries),
        [createRequest("a"), createRequest("a"), createRequest("a")],
        "the asks",
      );
      assertSame(new Set(deliveries.map(({ id }) => id)).size, 3, "the number of ids");
    },
  },
  {
    name: "postpone, where a queue has it, adds a request that is handed out when its time has come, as it went in",
    check: async (harness) => {
      const { queue } = harness;
      if (queue.postpone === undefined) return;
      const pass = requireHook(harness.pass, "pass").bind(harness);
      const late = { ...createRequest("late", 4), force: true as const };
      await queue.postpone(late, { seconds: 900 });
      await queue.postpone(createRequest("soon", 5), { seconds: 60 });
      await queue.send(createRequest("now"));
      const first = await take(queue, { limit: 9 });
      assertSame(pickChanges(first), [createRequest("now")], "what there is at once");
      await acknowledgeAll(queue, first);
      await pass(58);
      assertSame(await take(queue, { limit: 9 }), [], "what there is before a minute is over");
      await pass(4);
      const due = await take(queue, { limit: 9 });
      assertSame(pickChanges(due), [createRequest("soon", 5)], "what there is after a minute");
      await acknowledgeAll(queue, due);
      await pass(900);
      assertSame(
        pickChanges(await take(queue, { limit: 9 })),
        [late],
        "what there is after a quarter of an hour",
      );
    },
  },
];
