import assert from "node:assert/strict";
import { sealCursor } from "../../checked/cursors.js";
import { assertSame, FORGED_POSITIONS, iterateItems, readPageUnlessRefused } from "../expectations.js";
import {
  addMessages,
  claim,
  createMessage,
  createTime,
  giveUp,
  listEvents,
  type WebhookDeliveriesLaw,
} from "./harness.js";

/** The laws of webhook deliveries about what becomes of them. */
export const RECORDING_LAWS: readonly WebhookDeliveriesLaw[] = [
  {
    name: "what was delivered or given up is not handed out again",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["x", "y"]);
      const [x, y] = await claim(deliveries, "a", 10);
      if (x) await deliveries.record(x, { type: "delivered" }, { now: createTime(11) });
      if (y) await deliveries.record(y, { type: "failed", answer: "410" }, { now: createTime(11) });
      assertSame(await claim(deliveries, "a", 1_000_000), [], "what is ever due");
    },
  },
  {
    name: "what is to be tried again is not handed out before its time",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["e"]);
      const [first] = await claim(deliveries, "a", 10);
      if (first)
        await deliveries.record(
          first,
          { type: "retry", at: createTime(500), answer: "503" },
          { now: createTime(11) },
        );
      assertSame(await claim(deliveries, "a", 499), [], "what is due before");
      assertSame(listEvents(await claim(deliveries, "a", 500)), ["e"], "what is due then");
    },
  },
  {
    name: "a delivery that was handed out again since is only ever recorded as delivered",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["e"]);
      const [late] = await claim(deliveries, "a", 10);
      const [again] = await claim(deliveries, "a", 100);
      if (!late || !again) return assert.fail("expected the delivery twice");
      await deliveries.record(late, { type: "failed", answer: "500" }, { now: createTime(101) });
      await deliveries.record(
        late,
        { type: "retry", at: createTime(102), answer: "500" },
        { now: createTime(101) },
      );
      assertSame(await claim(deliveries, "a", 159), [], "what is due while the second taker has it");
      await deliveries.record(late, { type: "delivered" }, { now: createTime(160) });
      await deliveries.record(again, { type: "failed", answer: "500" }, { now: createTime(161) });
      assertSame((await deliveries.listFailed({ limit: 9 })).items, [], "what has failed");
      assertSame(await claim(deliveries, "a", 1_000), [], "what is ever due");
    },
  },
  {
    name: "giveUpOthers gives up what is pending for any but these subscribers",
    check: async ({ deliveries }) => {
      await deliveries.add(createMessage("e"), ["kept", "lost"], { now: createTime(0) });
      await deliveries.add(createMessage("f"), ["lost"], { now: createTime(0) });
      const how = { now: createTime(1), lastAnswer: "not in the configuration" };
      assertSame(await deliveries.giveUpOthers(["kept"], how), 2, "how many were given up");
      assertSame(await deliveries.giveUpOthers(["kept"], how), 0, "how many there are the second time");
      assertSame(await claim(deliveries, "lost", 10), [], "what is due to the lost");
      assertSame(listEvents(await claim(deliveries, "kept", 10)), ["e"], "what is due to the kept");
      const { items } = await deliveries.listFailed({ limit: 9 });
      assertSame(
        items.map(({ subscriber, lastAnswer }) => [subscriber, lastAnswer]),
        [
          ["lost", "not in the configuration"],
          ["lost", "not in the configuration"],
        ],
        "what has failed",
      );
    },
  },
  {
    name: "listFailed gives what was given up, the one that was added last first, page by page",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["1", "2", "3", "4", "5"]);
      const taken = await giveUp(deliveries, "a", 10);
      await addMessages(deliveries, "a", ["pending"]);
      const expected = taken.toReversed().map(({ message, ...delivery }) => ({
        ...delivery,
        message: { id: message.id, type: message.type },
        key: "photos/cat.jpg",
        failedAt: createTime(10).toISOString(),
        lastAnswer: "500",
      }));
      for (const limit of [1, 2, 5, 9]) {
        const listed = await iterateItems((cursor) =>
          deliveries.listFailed({ limit, ...(cursor !== undefined && { cursor }) }),
        );
        assertSame(listed, expected, `the pages of ${limit}`);
      }
      for (const position of FORGED_POSITIONS) {
        const cursor = sealCursor(["failed deliveries"], position);
        await readPageUnlessRefused(deliveries.listFailed({ limit: 9, cursor }));
      }
    },
  },
  {
    name: "sendAgain makes one delivery that was given up, or all, due again as if it had just been added",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["x", "y", "z"]);
      const [x] = await giveUp(deliveries, "a", 10);
      if (!x) return assert.fail("expected a delivery");
      const now = createTime(1_000);
      assertSame(await deliveries.sendAgain({ id: x.id }, { now }), 1, "how many are sent again");
      assertSame(await claim(deliveries, "a", 999), [], "what is due before");
      const [again] = await claim(deliveries, "a", 1_005);
      assertSame(
        again && { ...again, startedAt: undefined },
        { ...x, attempts: 1, startedAt: undefined },
        "the delivery",
      );
      assertSame(again?.startedAt, createTime(1_005).toISOString(), "when it was first tried");
      assertSame(await deliveries.sendAgain("all", { now: createTime(1_010) }), 2, "how many all others are");
      assertSame(listEvents(await claim(deliveries, "a", 1_010)), ["y", "z"], "what is due then");
      assertSame((await deliveries.listFailed({ limit: 9 })).items, [], "what is still failed");
    },
  },
  {
    name: "sendAgain of an id that is gone, or was not given up, is none",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["x", "y"]);
      const [x] = await claim(deliveries, "a", 10, 1);
      if (x) await deliveries.record(x, { type: "delivered" }, { now: createTime(11) });
      const [y] = await claim(deliveries, "a", 12);
      for (const id of [x?.id ?? "", y?.id ?? "", "no-such-id", "999999"])
        assertSame(
          await deliveries.sendAgain({ id }, { now: createTime(13) }),
          0,
          `what is sent again of ${id}`,
        );
      assertSame(await claim(deliveries, "a", 14), [], "what is due");
    },
  },
  {
    name: "purge forgets what was delivered or given up before a time, at most limit, and nothing pending",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["1", "2", "3"]);
      await giveUp(deliveries, "a", 10);
      await addMessages(deliveries, "a", ["4", "5"]);
      const [four] = await claim(deliveries, "a", 20, 1);
      if (four) await deliveries.record(four, { type: "delivered" }, { now: createTime(20) });
      assertSame(
        await deliveries.purge(createTime(10), { limit: 9 }),
        0,
        "what was done before the first was",
      );
      assertSame(await deliveries.purge(createTime(20), { limit: 2 }), 2, "the first step");
      assertSame(await deliveries.purge(createTime(20), { limit: 2 }), 1, "the second step");
      assertSame(await deliveries.purge(createTime(1_000_000), { limit: 9 }), 1, "what was delivered later");
      assertSame(listEvents(await claim(deliveries, "a", 1_000_000)), ["5"], "what is still pending");
    },
  },
];
