import assert from "node:assert/strict";
import type { Delivery, ImageRequest } from "../../domain/model/change.js";
import type { QueueMeasurement } from "../../domain/model/pipeline-status.js";
import { version } from "../../domain/model/version.js";
import type { ChangeQueue } from "../change-queue.js";
import { decorate } from "../checked/decorate.js";
import { guardChangeQueue } from "../checked/index.js";
import { AWKWARD_KEYS } from "./awkward-keys.js";
import { createCapabilityLaw } from "./capability.js";
import { CONFUSABLE_VERSIONS } from "./confusable-sequencers.js";
import { type Closable, type Contract, type Law, prepareLaws } from "./contract.js";
import { assertSame, requireHook } from "./expectations.js";
import { checkWatching } from "./watching.js";

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

/** The capabilities of a change queue. */
const CAPABILITIES: readonly Law<ChangeQueueHarness>[] = [
  createCapabilityLaw({
    name: "a request can be postponed",
    consequence:
      "the tags of an image whose tagger was away wait for its next settlement, and where moderation is on its change is tried again without a pause",
    isThere: ({ queue }) => queue.postpone !== undefined,
  }),
  createCapabilityLaw({
    name: "the changes of one key can be received",
    consequence: "whoever waits for one image settles a request of its own, and a worker finds it done",
    isThere: ({ queue }) => queue.receiveByKey !== undefined,
  }),
  createCapabilityLaw({
    name: "a queue tells that something was added",
    consequence: "whoever waits looks every second",
    isThere: ({ queue }) => queue.watch !== undefined,
  }),
  createCapabilityLaw({
    name: "a queue can be measured",
    consequence: "the status says nothing of how much waits",
    isThere: ({ queue }) => queue.measure !== undefined,
  }),
];

/** The laws of a change queue about `measure`. */
const MEASURING_LAWS: readonly Law<ChangeQueueHarness>[] = [
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

/** Everything that `ChangeQueue` promises about what is sent to it; for what a store tells it see `original-changes`. */
export const changeQueueContract: Contract<ChangeQueueHarness> = {
  name: "ChangeQueue",
  laws: prepareLaws(guardQueues, [
    ...CAPABILITIES,
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
    {
      name: "receive hands out changes that nobody alive is working on",
      check: async ({ queue }) => {
        for (const key of ["a", "b", "c", "d"]) await queue.send(createRequest(key));
        const answers = await Promise.all(Array.from({ length: 4 }, () => queue.receive({ limit: 2 })));
        const first = answers.flat().map(({ change }) => change.key);
        assertSame(first.sort(), ["a", "b", "c", "d"], "what four receivers got together");
        assertSame(await take(queue, { limit: 9 }), [], "what is left for a fifth");
      },
    },
    {
      name: "receive hands out the oldest changes first",
      check: async ({ queue }) => {
        const asks = ["z", "a", "m", "a", "Z", "0"].map((key, index) => createRequest(key, index + 1));
        for (const ask of asks) await queue.send(ask);
        assertSame(pickChanges(await take(queue, { limit: 2 })), asks.slice(0, 2), "the oldest two");
        assertSame(pickChanges(await take(queue, { limit: 9 })), asks.slice(2), "the others");
      },
    },
    {
      name: "receive hands out at most limit changes",
      check: async ({ queue }) => {
        for (const key of ["a", "b", "c"]) await queue.send(createRequest(key));
        for (const limit of [1, 1, 9]) {
          const { length } = await queue.receive({ limit });
          assert.ok(length <= limit, `expected at most ${limit} changes but received ${length}`);
        }
      },
    },
    {
      name: "receiveByKey, where a queue has it, hands out only changes of the key, as receive would",
      check: async ({ queue }) => {
        if (queue.receiveByKey === undefined) return;
        const keys = ["a", "a/b", "A", "b", "a", "%", "a"];
        for (const [index, key] of keys.entries()) await queue.send(createRequest(key, index + 1));
        assertSame(await takeByKey(queue, "c"), [], "the changes of a key that has none");
        const first = await takeByKey(queue, "a", 2);
        assertSame(
          pickChanges(first),
          [createRequest("a", 1), createRequest("a", 5)],
          "the oldest changes of a",
        );
        assertSame(
          pickChanges(await takeByKey(queue, "a")),
          [createRequest("a", 7)],
          "what others have not received",
        );
        await queue.release(first[1]?.id ?? "");
        const [again] = await takeByKey(queue, "a");
        assertSame([again?.change, again?.attempt], [createRequest("a", 5), 2], "what was released");
        assertSame(pickChanges(await takeByKey(queue, "%")), [createRequest("%", 6)], "the changes of %");
        for (const key of AWKWARD_KEYS) {
          await queue.send(createRequest(key, 9));
          const found = pickChanges(await takeByKey(queue, key));
          assertSame(found.at(-1), createRequest(key, 9), `the change of ${JSON.stringify(key)}`);
        }
        assertSame(
          pickChanges(await take(queue, { limit: 9 })),
          [createRequest("b", 4)],
          "what is left for receive",
        );
      },
    },
    {
      name: "watch, where a queue has it, tells of what is sent and of what is released, until it is ended",
      check: async ({ queue }) => {
        await checkWatching(queue, createRequest);
      },
    },
    {
      name: "receive resolves to an empty list when there are no changes",
      check: async ({ queue }) => {
        assertSame(await take(queue, { limit: 1 }), [], "an empty queue");
        await queue.send(createRequest("a"));
        await acknowledgeAll(queue, await queue.receive({ limit: 1 }));
        assertSame(await take(queue, { limit: 1 }), [], "a queue that is empty again");
      },
    },
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
        assertSame(
          pickChanges(found),
          [createRequest("a"), createRequest("b")],
          "what the next receiver gets",
        );
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
    ...MEASURING_LAWS,
  ]),
};

/** The harness with every queue of it behind its port's checks. */
function guardQueues(harness: ChangeQueueHarness): ChangeQueueHarness {
  const guardOpen = (open?: () => Promise<ChangeQueue>) =>
    open && (async () => guardChangeQueue(await open.call(harness)));
  const { queue, abandon, restart } = harness;
  return decorate(harness, {
    queue: guardChangeQueue(queue),
    abandon: guardOpen(abandon),
    restart: guardOpen(restart),
  });
}

function createRequest(key: string, revision = 1): ImageRequest {
  return { type: "process", key, version: version({ sequencer: "0A1", revision }) };
}

function pickChanges(deliveries: readonly Delivery[]): readonly Delivery["change"][] {
  return deliveries.map(({ change }) => change);
}

/** Receives until there are `limit` changes or none is left: one answer may hold fewer than there are. */
async function take(
  queue: Pick<ChangeQueue, "receive">,
  { limit }: { limit: number },
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  while (deliveries.length < limit) {
    const more = await queue.receive({ limit: limit - deliveries.length });
    if (more.length === 0) break;
    deliveries.push(...more);
  }
  return deliveries;
}

/** As {@link take}, of one key. */
function takeByKey(queue: ChangeQueue, key: string, limit = 9): Promise<readonly Delivery[]> {
  return take({ receive: async (options) => (await queue.receiveByKey?.(key, options)) ?? [] }, { limit });
}

async function acknowledgeAll(queue: ChangeQueue, deliveries: readonly Delivery[]): Promise<void> {
  for (const { id } of deliveries) await queue.acknowledge(id);
}
