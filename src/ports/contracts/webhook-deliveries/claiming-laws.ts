import { AWKWARD_KEYS } from "../awkward-keys.js";
import { assertSame, requireHook } from "../expectations.js";
import {
  addMessages,
  claim,
  createMessage,
  createTime,
  listEvents,
  type WebhookDeliveriesLaw,
} from "./harness.js";

/** The laws of webhook deliveries about what comes in and is handed out. */
export const CLAIMING_LAWS: readonly WebhookDeliveriesLaw[] = [
  {
    name: "add adds a delivery of the message to each of the subscribers, due at once, as it went in",
    check: async ({ deliveries }) => {
      const message = createMessage("e");
      await deliveries.add(message, ["a", "b"], { now: createTime(5) });
      assertSame(await claim(deliveries, "a", 4), [], "what is due before it was added");
      for (const name of ["a", "b"]) {
        const [delivery] = await claim(deliveries, name, 5);
        const { id, type, body } = message;
        assertSame(delivery?.message, { id, type, body }, `the message for ${name}`);
        assertSame(delivery?.subscriber, name, "the subscriber");
      }
      assertSame(await claim(deliveries, "c", 5), [], "what is due to nobody that was named");
    },
  },
  {
    name: "what was added is durable once add resolves",
    check: async (harness) => {
      await harness.deliveries.add(createMessage("e"), ["a", "b"], { now: createTime(0) });
      const restarted = await requireHook(harness.restart, "restart").call(harness);
      for (const name of ["a", "b"])
        assertSame(
          listEvents(await claim(restarted, name, 0)),
          ["e"],
          `what is due to ${name} after a restart`,
        );
    },
  },
  {
    name: "a message that is known for a subscriber, whatever has become of it, is not added again",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["pending", "delivered", "failed"]);
      for (const delivery of await claim(deliveries, "a", 10)) {
        if (delivery.message.id === "delivered")
          await deliveries.record(delivery, { type: "delivered" }, { now: createTime(11) });
        if (delivery.message.id === "failed")
          await deliveries.record(delivery, { type: "failed", answer: "410" }, { now: createTime(11) });
      }
      await addMessages(deliveries, "a", ["pending", "delivered", "failed"]);
      assertSame(
        listEvents(await claim(deliveries, "a", 100)),
        ["pending"],
        "what is due once all came again",
      );
      await deliveries.add(createMessage("delivered"), ["a", "b"], { now: createTime(100) });
      assertSame(
        listEvents(await claim(deliveries, "b", 100)),
        ["delivered"],
        "what is due to a subscriber that did not know it",
      );
    },
  },
  {
    name: "claim hands out the longest due first, at most limit",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["z", "y", "x", "w"]);
      const [z] = await claim(deliveries, "a", 10, 1);
      assertSame(z?.message.id, "z", "the first");
      if (z)
        await deliveries.record(
          z,
          { type: "retry", at: createTime(2.5), answer: "500" },
          { now: createTime(10) },
        );
      assertSame(listEvents(await claim(deliveries, "a", 10, 2)), ["y", "x"], "the next two");
      assertSame(listEvents(await claim(deliveries, "a", 10, 2)), ["z", "w"], "the last two");
    },
  },
  {
    name: "a delivery is not handed out twice before until, and again after it",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["e"]);
      await claim(deliveries, "a", 10);
      assertSame(await claim(deliveries, "a", 69), [], "what is due before its taker's time is over");
      assertSame(listEvents(await claim(deliveries, "a", 70)), ["e"], "what is due after it");
    },
  },
  {
    name: "each delivery is handed out to one of several that claim at once",
    check: async ({ deliveries }) => {
      const ids = ["1", "2", "3", "4", "5", "6"];
      await addMessages(deliveries, "a", ids);
      const claims = await Promise.all([1, 2, 3].map(() => claim(deliveries, "a", 10, 2)));
      assertSame(claims.flatMap(listEvents).toSorted(), ids, "what three have taken together");
    },
  },
  {
    name: "claim leaves the deliveries of other subscribers alone",
    check: async ({ deliveries }) => {
      for (const id of ["1", "2", "3"])
        await deliveries.add(createMessage(id), ["dead", "alive"], { now: createTime(0) });
      await claim(deliveries, "dead", 0);
      assertSame(
        listEvents(await claim(deliveries, "alive", 0)),
        ["1", "2", "3"],
        "what is due to the other",
      );
    },
  },
  {
    name: "attempts counts how often a delivery was handed out, and startedAt tells when it was first",
    check: async ({ deliveries }) => {
      await addMessages(deliveries, "a", ["e"]);
      for (const [times, seconds] of [10, 100, 1_000].entries()) {
        const [delivery] = await claim(deliveries, "a", seconds);
        assertSame(
          { attempts: delivery?.attempts, startedAt: delivery?.startedAt },
          { attempts: times + 1, startedAt: createTime(10).toISOString() },
          `attempt ${times + 1}`,
        );
      }
    },
  },
  {
    name: "a delivery that failed names the key of its image, whatever it holds",
    check: async ({ deliveries }) => {
      for (const [index, key] of AWKWARD_KEYS.entries())
        await deliveries.add(createMessage(`e${index}`, key), ["a"], { now: createTime(0) });
      await deliveries.giveUpOthers([], { now: createTime(1), lastAnswer: "gone" });
      const { items } = await deliveries.listFailed({ limit: 1_000 });
      assertSame(items.map(({ key }) => key).toReversed(), AWKWARD_KEYS, "the keys");
    },
  },
];
