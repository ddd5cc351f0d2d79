import { expect, it } from "@jest/globals";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { SentTicket } from "../../../src/ports/contracts/index.js";
import { sendTicket } from "../../support/cloud/send-ticket.js";
import { drawTestImage } from "../../support/images.js";
import { openProcess } from "../../support/outages/process.js";
import { describeOnPostgres, toConnectionString } from "../../support/postgres/index.js";
import { startFauxqsStore } from "../../support/s3-stores/fauxqs.js";

/** Seconds that a ticket is good for, and those that an upload which began with it may take. */
const [VALID, LONGEST_WRITE] = [900, 300];

describeOnPostgres("an upload by a ticket whose tab was closed after it", (getSchema) => {
  it("is ready without anybody asking, once no upload of the ticket can be under way", async () => {
    const schema = getSchema();
    const store = await startFauxqsStore();
    const buckets = { originals: await store.createBucket(), renditions: await store.createBucket() };
    const connectionString = toConnectionString(schema.server);
    const places = { schema, connectionString, endpoint: store.endpoint, buckets };
    const [api, worker] = [openProcess(places), openProcess(places)];
    const bytes = await drawTestImage({ format: "png" });
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ contentType: "image/png", bytes: bytes.length });
    const answer = await api.ask("closed", "/uploads", { method: "POST", headers, body });
    const { key, ...ticket } = (await answer.json()) as SentTicket & { readonly key: string };
    expect(await sendTicket(ticket, bytes)).toBe(true);
    const imageId = deriveImageId(key);
    const passTime = (seconds: number) =>
      schema.send("UPDATE {schema}.changes SET due_at = due_at - make_interval(secs => $1)", [seconds]);

    await passTime(VALID + LONGEST_WRITE - 60);
    expect(await worker.pipeline.drainQueue()).toEqual({ settled: 0, failed: 0 });
    expect((await api.ask("closed", `/images/${imageId}`)).status).toBe(404);
    await passTime(61);
    expect(await worker.pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    const image = await api.ask("closed", `/images/${imageId}`);
    expect(await image.json()).toMatchObject({ status: "ready", key });
    expect(await schema.send("SELECT FROM {schema}.changes")).toEqual([]);
    for (const one of [api, worker]) await one.close();
    await store.close();
  });
});
