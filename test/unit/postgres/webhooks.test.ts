import { expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import type { WebhookSender } from "../../../src/ports/webhook-sender.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { describeOnPostgres } from "../../support/postgres/index.js";

const IMAGES = 6;
const config = pipelineConfig({
  webhooks: {
    good: { url: "https://good.example", secret: "GOOD_SECRET" },
    gone: { url: "https://gone.example", secret: "GONE_SECRET" },
  },
});

describeOnPostgres("events on their way from several processes on one database", (getSchema) => {
  it("are each sent by one of them, or shown as failed and sent again", async () => {
    await getSchema().clear();
    const sent: string[] = [];
    let isGone = true;
    const webhookSender: WebhookSender = {
      send: async (subscriber, { id }) => {
        if (subscriber === "gone" && isGone) return { status: 410 };
        sent.push(`${subscriber} ${id}`);
        return { status: 204 };
      },
    };
    const { originals, renditions, urls } = memory({ etags: "by-write" });
    const processes = [getSchema().open(), getSchema().open()].map((db) => ({
      db,
      pipeline: definePipeline({
        ...db,
        ...{ ...db.keepOrder({ originals }), renditions, urls, config, webhookSender },
        engine: createFakeEngine(),
      }),
    }));
    for (let index = 0; index < IMAGES; index += 1) {
      const bytes = createFakeImage({ format: "png", width: 8, height: 8, payload: `${index}` });
      await processes[index % 2]?.pipeline.process({ key: `${index}.png`, bytes });
    }
    const deliverAll = () =>
      Promise.all(processes.map(({ pipeline }) => pipeline.deliverWebhooks({ finish: AbortSignal.abort() })));
    await deliverAll();
    expect([sent.length, new Set(sent).size]).toEqual([IMAGES, IMAGES]);
    const [first, second] = processes as [(typeof processes)[0], (typeof processes)[0]];
    const { items } = await first.db.webhookDeliveries.listFailed({ limit: 99 });
    expect(items.map(({ subscriber, lastAnswer }) => [subscriber, lastAnswer])).toEqual(
      Array.from({ length: IMAGES }, () => ["gone", expect.stringContaining("410")]),
    );
    isGone = false;
    expect(await second.db.webhookDeliveries.sendAgain("all", { now: new Date() })).toBe(IMAGES);
    await deliverAll();
    expect([sent.length, new Set(sent).size]).toEqual([2 * IMAGES, 2 * IMAGES]);
    await Promise.all(processes.map(({ db }) => db.close()));
  });
});
