import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { ConfigurationInput } from "../../../src/domain/model/pipeline-config.js";
import { DELIVERY_PERIOD, type WebhookAnswer } from "../../../src/domain/model/webhook-delivery.js";
import { event } from "../../../src/entrypoints/http/event-schemas.js";
import type { Log } from "../../../src/ports/log.js";
import type { WebhookSender } from "../../../src/ports/webhook-sender.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";

const BYTES = createFakeImage({ format: "png", width: 20, height: 10 });
const shop = { url: "https://shop.example/hooks", secret: "SHOP_SECRET" };
const BOTH = { good: shop, other: { ...shop, types: ["ImageRemoved"] } } as const;

/** A pipeline of fake images whose subscribers answer as `answer` says; time passes only while it sleeps. */
function startPipeline(
  answer: (
    subscriber: string,
    attempt: number,
    signal?: AbortSignal,
  ) => WebhookAnswer | Promise<WebhookAnswer>,
  webhooks: NonNullable<ConfigurationInput["webhooks"]> = { good: shop },
) {
  let now = Date.UTC(2026, 0, 1);
  const sent: string[] = [];
  const logged: string[] = [];
  const attempts = new Map<string, number>();
  const webhookSender: WebhookSender = {
    send: async (subscriber, { id, body }, { signal }) => {
      const attempt = (attempts.get(`${subscriber} ${id}`) ?? 0) + 1;
      attempts.set(`${subscriber} ${id}`, attempt);
      const { type, key } = JSON.parse(body) as { type: string; key: string };
      sent.push(`${subscriber} ${type} ${key}`);
      return answer(subscriber, attempt, signal);
    },
  };
  const log: Log = (level, message) => void logged.push(`${level} ${message}`);
  const stores = memory();
  const ports = {
    ...stores,
    engine: createFakeEngine(),
    clock: () => new Date(now),
    sleep: async (milliseconds: number) => {
      // The others go on first, and what a test waits for with real time comes to its end.
      await new Promise((resolve) => setImmediate(resolve));
      now += milliseconds;
    },
    webhookSender,
    log,
    config: { webhooks },
  };
  const pipeline = definePipeline(ports);
  return { ...stores, ports, pipeline, sent, logged, pass: (milliseconds: number) => (now += milliseconds) };
}

/** Sends what is due, until nothing is. */
const finish = () => ({ finish: AbortSignal.abort(), interval: 60_000 });

describe("a pipeline whose configuration names subscribers", () => {
  it("sends each event to the subscribers that want events of its type", async () => {
    const { pipeline, sent, events } = startPipeline(() => ({ status: 200 }), BOTH);
    const { imageId } = await pipeline.process({ key: "a.png", bytes: BYTES });
    await pipeline.remove(imageId);
    expect(sent).toEqual([]);
    expect(await pipeline.deliverWebhooks(finish())).toEqual({ delivered: 3, failed: 0 });
    expect(sent.toSorted()).toEqual([
      "good ImageReady a.png",
      "good ImageRemoved a.png",
      "other ImageRemoved a.png",
    ]);
    expect(events.published.map(({ type }) => type)).toEqual(["ImageReady", "ImageRemoved"]);
  });

  it("sends the event in the shape that the HTTP API describes, and tells no subscriber where files lie", async () => {
    const bodies: string[] = [];
    const files = { getUrl: async (key: string) => `file:///srv/data/${key}`, invalidate: async () => {} };
    for (const urls of [undefined, files]) {
      const { ports } = startPipeline(() => ({ status: 200 }));
      const webhookSender: WebhookSender = {
        send: async (_, { body }) => {
          bodies.push(body);
          return { status: 200 };
        },
      };
      const pipeline = definePipeline({ ...ports, ...(urls && { urls }), webhookSender });
      const { imageId } = await pipeline.process({ key: "a.png", bytes: BYTES });
      await pipeline.edit(imageId, { alt: "A cat" });
      await pipeline.remove(imageId);
      await pipeline.deliverWebhooks(finish());
    }
    expect(bodies).toHaveLength(6);
    for (const body of bodies) expect(event.strict().parse(JSON.parse(body))).toEqual(JSON.parse(body));
    expect(bodies.join()).toContain('"url":"https://');
    expect(bodies.join()).not.toContain("file:");
  });

  it("gives a delivery up after 72 hours and shows it as failed, and sends it again when it is asked to", async () => {
    let status = 500;
    const { pipeline, webhookDeliveries, sent, pass, ports, logged } = startPipeline(() => ({ status }));
    await pipeline.process({ key: "a.png", bytes: BYTES });
    const began = ports.clock().getTime();
    for (let hours = 0; hours <= 80; hours += 1) {
      await pipeline.deliverWebhooks(finish());
      pass(3_600_000);
    }
    const { items } = await webhookDeliveries.listFailed({ limit: 9 });
    expect(items).toMatchObject([{ subscriber: "good", key: "a.png", lastAnswer: "500" }]);
    expect(Date.parse(items[0]?.failedAt ?? "")).toBeGreaterThanOrEqual(began + DELIVERY_PERIOD);
    expect(sent.length).toBe(items[0]?.attempts);
    expect(logged).toContain("warn webhook delivery failed");
    status = 204;
    await webhookDeliveries.sendAgain({ id: items[0]?.id ?? "" }, { now: ports.clock() });
    expect(await pipeline.deliverWebhooks(finish())).toEqual({ delivered: 1, failed: 0 });
    expect((await webhookDeliveries.listFailed({ limit: 9 })).items).toEqual([]);
  });

  it("does not wait for one that never answers with what is for another, and leaves its deliveries due", async () => {
    const { pipeline, webhookDeliveries, ports, sent } = startPipeline(
      (name, _attempt, signal) =>
        name === "good"
          ? { status: 200 }
          : new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
      { dead: shop, good: shop },
    );
    for (let index = 0; index < 20; index += 1) await pipeline.process({ key: `${index}.png`, bytes: BYTES });
    const stopping = new AbortController();
    const delivering = pipeline.deliverWebhooks({ signal: stopping.signal });
    while (sent.filter((text) => text.startsWith("good")).length < 20)
      await new Promise((resolve) => setImmediate(resolve));
    expect(sent.filter((text) => text.startsWith("dead")).length).toBeLessThanOrEqual(4);
    stopping.abort();
    expect(await delivering).toEqual({ delivered: 20, failed: 0 });
    const [now, until] = [ports.clock(), ports.clock()];
    expect(await webhookDeliveries.claim({ subscriber: "dead", now, until, limit: 99 })).toHaveLength(20);
  });

  it("sends nothing to one that has too much to do for as long as it asks", async () => {
    const { pipeline, sent, pass } = startPipeline((_, attempt) =>
      attempt === 1 ? { status: 429, retryAfter: 600 } : { status: 200 },
    );
    for (const key of ["a.png", "b.png", "c.png"]) await pipeline.process({ key, bytes: BYTES });
    await pipeline.deliverWebhooks({ ...finish(), concurrency: 1 });
    expect(sent).toHaveLength(1);
    for (let minutes = 0; minutes < 60; minutes += 11) {
      pass(660_000);
      await pipeline.deliverWebhooks({ ...finish(), concurrency: 1 });
    }
    expect(sent).toHaveLength(6);
  });

  it("gives up what is for one that was taken out of the configuration, and says so", async () => {
    const before = startPipeline(() => ({ status: 200 }), { gone: shop });
    await before.pipeline.process({ key: "a.png", bytes: BYTES });
    const { pipeline } = { pipeline: definePipeline({ ...before.ports, config: {} }) };
    expect(await pipeline.deliverWebhooks()).toEqual({ delivered: 0, failed: 0 });
    expect((await before.webhookDeliveries.listFailed({ limit: 9 })).items).toMatchObject([
      { subscriber: "gone", lastAnswer: "the subscriber is not in the configuration" },
    ]);
    expect(before.logged).toContain("warn webhook deliveries of removed subscribers failed");
  });

  it("hands over an event that is published again after a crash once", async () => {
    const { ports, pipeline, sent } = startPipeline(() => ({ status: 200 }));
    let crashes = 1;
    const { commit } = ports.records;
    const records = new Proxy(ports.records, {
      get: (target, name) =>
        name !== "commit"
          ? Reflect.get(target, name).bind(target)
          : async (...request: Parameters<typeof commit>) => {
              const [record] = request;
              if (record.status === "ready" && record.outbox === undefined && crashes-- > 0)
                throw new Error("crashed");
              return target.commit(...request);
            },
    });
    const crashing = definePipeline({ ...ports, records });
    await crashing.process({ key: "a.png", bytes: BYTES });
    await crashing.drainQueue();
    expect(ports.events.published).toHaveLength(2);
    await pipeline.deliverWebhooks(finish());
    expect(sent).toEqual(["good ImageReady a.png"]);
  });

  it("settles images all the same where the settings of subscribers change", async () => {
    const { pipeline, ports } = startPipeline(() => ({ status: 200 }));
    await pipeline.process({ key: "a.png", bytes: BYTES });
    const changed = definePipeline({ ...ports, config: {} });
    expect((await changed.process({ key: "a.png", bytes: BYTES })).unchanged).toBe(true);
  });

  it("is refused where deliveries cannot be kept, and where there is nothing to send with", async () => {
    const { ports } = startPipeline(() => ({ status: 200 }));
    const { webhookDeliveries: _, ...without } = ports;
    expect(() => definePipeline(without)).toThrow(/expected webhookDeliveries among the ports/);
    const { webhookSender: __, ...mute } = ports;
    await expect(definePipeline(mute).deliverWebhooks()).rejects.toThrow(
      /expected webhookSender among the ports/,
    );
  });
});
