import assert from "node:assert/strict";
import { AWKWARD_KEYS } from "../awkward-keys.js";
import type { Law } from "../contract.js";
import { assertSame } from "../expectations.js";
import { checkWatching } from "../watching.js";
import { acknowledgeAll, createRequest, pickChanges, take, takeByKey } from "./deliveries.js";
import type { ChangeQueueHarness } from "./harness.js";

/** The laws of a change queue about what it hands out. */
export const RECEIVING_LAWS: readonly Law<ChangeQueueHarness>[] = [
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
];
