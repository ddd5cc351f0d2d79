import { describe, expect, it } from "@jest/globals";
import { webhookSender } from "../../../src/adapters/webhooks/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { iterateItems } from "../../../src/domain/model/page.js";
import { pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import type { FailedDelivery } from "../../../src/domain/model/webhook-delivery.js";
import type { WebhookSender } from "../../../src/ports/webhook-sender.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { createTestDirectory } from "../../support/data-directory.js";
import { chooseCount } from "../../support/sample.js";
import { createSecret, startSubscriber, verifyRequest } from "../../support/subscriber.js";

const IMAGES = chooseCount({ fast: 20, ordinary: 15, long: 200 }, "SAFELIGHT_DELIVERED_IMAGES");

/** Hours that are let pass between two rounds: more often than any pause is over. */
const HOURS = 6;

describe(`${IMAGES} images beside a subscriber that never answers, and one that fails two times in three`, () => {
  it("are all ready, and every delivery is made or shown as failed, with signatures that the public library verifies", async () => {
    const secrets = { dead: createSecret(), flaky: createSecret(), good: createSecret() };
    const dead = await startSubscriber(() => {});
    const flaky = await startSubscriber((response, _, number) =>
      response.writeHead(number % 3 === 2 ? 200 : 500).end(),
    );
    const good = await startSubscriber((response) => response.writeHead(204).end());
    const config = pipelineConfig({
      webhooks: {
        dead: { url: dead.url, secret: "DEAD_SECRET" },
        flaky: { url: flaky.url, secret: "FLAKY_SECRET" },
        good: { url: good.url, secret: "GOOD_SECRET" },
      },
    });
    const environment = {
      DEAD_SECRET: secrets.dead,
      FLAKY_SECRET: secrets.flaky,
      GOOD_SECRET: secrets.good,
    };
    const create = (timeoutSeconds: number) =>
      webhookSender({ webhooks: config.webhooks ?? {}, environment, timeoutSeconds });
    const [patient, impatient] = [create(20), create(0.02)];
    // Requests bear the real time, which the public library compares with its own.
    const realTimeSender: WebhookSender = {
      send: (name, message, options) =>
        (name === "dead" ? impatient : patient).send(name, message, { ...options, now: new Date() }),
    };
    const place = createTestDirectory();
    const stores = place.open();
    let later = 0;
    const pipeline = definePipeline({
      ...stores,
      engine: createFakeEngine(),
      config,
      clock: () => new Date(Date.now() + later),
      webhookSender: realTimeSender,
    });
    const bytes = createFakeImage({ format: "png", width: 20, height: 10 });
    const stopping = new AbortController();
    const sending = pipeline.deliverWebhooks({ signal: stopping.signal });
    for (let index = 0; index < IMAGES; index += 1)
      expect((await pipeline.process({ key: `${index}.png`, bytes })).status).toBe("ready");
    stopping.abort();
    await sending;
    for (let hours = 0; hours <= 72 + 2 * HOURS; hours += HOURS) {
      await pipeline.deliverWebhooks({ finish: AbortSignal.abort(), concurrency: 50 });
      later += HOURS * 3_600_000;
    }

    const list = (subscriber: "dead" | "flaky" | "good", { received } = { dead, flaky, good }[subscriber]) =>
      new Set(received.map((request) => verifyRequest(request, secrets[subscriber]).id));
    expect([list("flaky").size, list("good").size]).toEqual([IMAGES, IMAGES]);
    // On a busy machine, some of its requests end before they reach it.
    expect(list("dead").size).toBeGreaterThan(0);
    const failed: FailedDelivery[] = [];
    for await (const one of iterateItems((cursor) =>
      stores.webhookDeliveries.listFailed({ limit: 500, ...(cursor !== undefined && { cursor }) }),
    ))
      failed.push(one);
    const delivered = new Set(
      flaky.received.filter((_, number) => number % 3 === 2).map(({ headers }) => headers["webhook-id"]),
    );
    expect(failed.filter(({ subscriber }) => subscriber === "dead")).toHaveLength(IMAGES);
    expect(failed.filter(({ subscriber }) => subscriber === "good")).toEqual([]);
    const lost = failed.filter(({ subscriber }) => subscriber === "flaky").map(({ message }) => message.id);
    expect(lost.filter((id) => delivered.has(id))).toEqual([]);
    expect(new Set([...delivered, ...lost]).size).toBe(IMAGES);
    for (const subscriber of [dead, flaky, good]) await subscriber.close();
    place.close();
  });
});
