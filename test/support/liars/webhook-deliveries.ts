import type { WebhookDeliveriesHarness } from "../../../src/ports/contracts/index.js";
import type { WebhookDeliveries } from "../../../src/ports/webhook-deliveries.js";
import { type Liar, replaceMethods, waitForTick } from "./liar.js";

function createLiar(
  law: string,
  lie: string,
  spoil: (honest: WebhookDeliveries) => Partial<WebhookDeliveries>,
): Liar<WebhookDeliveriesHarness> {
  return {
    law,
    lie,
    build: (honest) => ({
      ...honest,
      deliveries: replaceMethods(honest.deliveries, spoil(honest.deliveries)),
    }),
  };
}

/** Broken deliveries. */
export const webhookDeliveriesLiars: readonly Liar<WebhookDeliveriesHarness>[] = [
  createLiar(
    "add adds a delivery of the message to each of the subscribers, due at once, as it went in",
    "keeps texts as Latin-1",
    (honest) => ({
      add: (message, ...rest) =>
        honest.add({ ...message, body: Buffer.from(message.body, "latin1").toString("latin1") }, ...rest),
    }),
  ),
  createLiar(
    "add adds a delivery of the message to each of the subscribers, due at once, as it went in",
    "adds it to the first subscriber alone",
    (honest) => ({ add: (message, names, options) => honest.add(message, names.slice(0, 1), options) }),
  ),
  createLiar("what was added is durable once add resolves", "adds after it has said so", (honest) => ({
    add: async (...request) => {
      void waitForTick().then(() => honest.add(...request));
    },
  })),
  createLiar(
    "a message that is known for a subscriber, whatever has become of it, is not added again",
    "takes every message for a new one",
    (honest) => {
      const waiting: Awaited<ReturnType<WebhookDeliveries["claim"]>>[number][] = [];
      const known = new Set<string>();
      return {
        add: async (message, names, options) => {
          for (const subscriber of names) {
            const name = `${subscriber} ${message.id}`;
            const { id, type, body } = message;
            if (known.has(name))
              waiting.push({ id: name, subscriber, message: { id, type, body }, attempts: 1, startedAt: "" });
            known.add(name);
          }
          await honest.add(message, names, options);
        },
        claim: async (query) => [...(await honest.claim(query)), ...waiting.splice(0)],
      };
    },
  ),
  createLiar(
    "claim hands out the longest due first, at most limit",
    "hands out all that is due",
    (honest) => ({ claim: (query) => honest.claim({ ...query, limit: 1_000 }) }),
  ),
  createLiar(
    "claim hands out the longest due first, at most limit",
    "hands out the latest first",
    (honest) => ({
      claim: async (query) => {
        const all = await honest.claim({ ...query, limit: 1_000 });
        for (const { id, attempts } of all.slice(0, -query.limit))
          await honest.record(
            { id, attempts },
            { type: "retry", at: query.now, answer: "" },
            { now: query.now },
          );
        return all.slice(-query.limit).reverse();
      },
    }),
  ),
  createLiar(
    "a delivery is not handed out twice before until, and again after it",
    "gives nobody any time",
    (honest) => ({ claim: (query) => honest.claim({ ...query, until: query.now }) }),
  ),
  createLiar(
    "a delivery is not handed out twice before until, and again after it",
    "never takes back what it has handed out",
    (honest) => ({
      claim: (query) => honest.claim({ ...query, until: new Date(query.until.getTime() * 2) }),
    }),
  ),
  createLiar(
    "each delivery is handed out to one of several that claim at once",
    "looks before it takes",
    (honest) => {
      let looking: ReturnType<WebhookDeliveries["claim"]> | undefined;
      return {
        claim: (query) => {
          looking ??= honest.claim(query);
          return looking;
        },
      };
    },
  ),
  createLiar(
    "claim leaves the deliveries of other subscribers alone",
    "takes what is due to anybody with it",
    (honest) => ({
      claim: async (query) => {
        const taken = await honest.claim(query);
        await honest.claim({ ...query, subscriber: "alive" });
        return taken;
      },
    }),
  ),
  createLiar(
    "attempts counts how often a delivery was handed out, and startedAt tells when it was first",
    "calls every attempt the first one",
    (honest) => ({
      claim: async (query) =>
        (await honest.claim(query)).map((delivery) => ({
          ...delivery,
          attempts: 1,
          startedAt: query.now.toISOString(),
        })),
    }),
  ),
  createLiar(
    "a delivery that failed names the key of its image, whatever it holds",
    "cuts keys off at a NUL character",
    (honest) => ({
      add: (message, ...rest) => honest.add({ ...message, key: message.key.split("\0")[0] ?? "" }, ...rest),
      listFailed: async (query) => {
        const { items, ...rest } = await honest.listFailed(query);
        return { ...rest, items: items.map((one) => ({ ...one, key: one.key.normalize("NFC").trim() })) };
      },
    }),
  ),
  createLiar("what was delivered or given up is not handed out again", "forgets what came of it", () => ({
    record: async () => {},
  })),
  createLiar(
    "what is to be tried again is not handed out before its time",
    "tries again at once",
    (honest) => ({
      record: (delivery, verdict, options) =>
        honest.record(
          delivery,
          verdict.type === "retry" ? { ...verdict, at: options.now } : verdict,
          options,
        ),
    }),
  ),
  createLiar(
    "a delivery that was handed out again since is only ever recorded as delivered",
    "believes whoever comes late",
    (honest) => ({
      record: ({ id }, verdict, options) => honest.record({ id, attempts: 2 }, verdict, options),
    }),
  ),
  createLiar(
    "giveUpOthers gives up what is pending for any but these subscribers",
    "gives up everybody's",
    (honest) => ({ giveUpOthers: (_names, options) => honest.giveUpOthers([], options) }),
  ),
  createLiar(
    "listFailed gives what was given up, the one that was added last first, page by page",
    "ends after the first page",
    (honest) => ({ listFailed: async (query) => ({ items: (await honest.listFailed(query)).items }) }),
  ),
  createLiar(
    "sendAgain makes one delivery that was given up, or all, due again as if it had just been added",
    "sends all again",
    (honest) => ({ sendAgain: (_which, options) => honest.sendAgain("all", options) }),
  ),
  createLiar(
    "sendAgain of an id that is gone, or was not given up, is none",
    "says that it sends whatever it is asked for",
    (honest) => ({
      sendAgain: async (which, options) => Math.max(1, await honest.sendAgain(which, options)),
    }),
  ),
  createLiar(
    "purge forgets what was delivered or given up before a time, at most limit, and nothing pending",
    "forgets all at once",
    (honest) => ({ purge: (before) => honest.purge(before, { limit: 1_000 }) }),
  ),
  createLiar(
    "purge forgets what was delivered or given up before a time, at most limit, and nothing pending",
    "forgets what is younger, too",
    (honest) => ({ purge: (before, options) => honest.purge(new Date(before.getTime() * 2), options) }),
  ),
];
