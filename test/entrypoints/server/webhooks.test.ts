import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";

import { Database } from "../../../src/adapters/local/database.js";
import { drawTestImage } from "../../support/images.js";
import { listChildren } from "../../support/processes.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { createSecret, type Subscriber, startSubscriber, verifyRequest } from "../../support/subscriber.js";
import { buildCommand, Workplace } from "../cli/run-command.js";
import { Place, waitUntilFound } from "./start-server.js";

const it = takeSampleOfTests(3);

const SECRET = createSecret();

let place: Place;
let subscriber: Subscriber;
let status = 200;

beforeAll(buildCommand);
beforeEach(async () => {
  place = new Place();
  status = 200;
  subscriber = await startSubscriber((response) => response.writeHead(status).end());
  const shop = { url: subscriber.url, secret: "SHOP_SECRET", types: ["ImageReady"] };
  place.write("safelight.config.json", JSON.stringify({ webhooks: { shop } }));
});
afterEach(async () => {
  await place.remove();
  await subscriber.close();
});

describe("a server whose configuration names a subscriber", () => {
  it("sends what another process handed over and what it settles itself, shows what failed, and hides the secret", async () => {
    place.write("cat.jpg", await drawTestImage());
    const workplace = new Workplace();
    const run = (...words: readonly string[]) => workplace.run(...words, "--data", place.data);
    const { ended } = place.run(["process", "cat.jpg", "--data", "data"]);
    expect(await ended).toMatchObject({ code: 0 });
    expect(subscriber.received).toEqual([]);
    status = 410;
    const server = await place.serve([], { SHOP_SECRET: SECRET });
    const [request] = await waitUntilFound(() => subscriber.received.length > 0 && subscriber.received);
    expect(request && verifyRequest(request, SECRET)).toMatchObject({ type: "ImageReady", key: "cat.jpg" });
    const listed = await waitUntilFound(async () => {
      const { stdout } = await run("events", "--failed", "--json");
      return stdout !== "" && (JSON.parse(stdout) as { id: string });
    });
    expect(listed).toMatchObject({ subscriber: "shop", key: "cat.jpg", attempts: 1, lastAnswer: "410" });
    expect((await run("events", "--failed")).stdout).toMatch(/shop\s+ImageReady\s+1\s+\S+Z\s+410\s+cat\.jpg/);
    status = 204;
    expect(await run("events", "--resend", listed.id)).toMatchObject({
      code: 0,
      stdout: "1 delivery due again: safelight serve sends what is due\n",
    });
    await waitUntilFound(() => subscriber.received.length === 2);
    expect(subscriber.received[1]?.headers["webhook-id"]).toBe(request?.headers["webhook-id"]);
    expect(await run("events", "--resend", listed.id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("expected the id of a failed delivery"),
    });
    const imageId = await server.upload(await drawTestImage({ width: 300, height: 200 }));
    await waitUntilFound(() => subscriber.received.length === 3);
    expect(JSON.parse(subscriber.received[2]?.body ?? "")).toMatchObject({ imageId });
    const settler = server.getSettlerId();
    for (const pid of [settler, ...listChildren(settler)])
      expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain("SHOP_SECRET");
    server.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0 });
    expect((await server.ended).stderr).not.toContain(SECRET);
    workplace.remove();
  });

  it("killed in the middle of sending, sends the rest after its next start, and what it was sending once more", async () => {
    let isHolding = true;
    const holding = await startSubscriber((response) => {
      if (!isHolding) response.writeHead(204).end();
    });
    const shop = { url: holding.url, secret: "SHOP_SECRET", types: ["ImageReady"] };
    place.write("safelight.config.json", JSON.stringify({ webhooks: { shop } }));
    const first = await place.serve([], { SHOP_SECRET: SECRET });
    const pictures = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => drawTestImage({ width: 40 * n })));
    const ids = await Promise.all(pictures.map((bytes) => first.upload(bytes)));
    for (const id of ids) expect(await first.waitUntilSettled(id)).toMatchObject({ status: "ready" });
    await waitUntilFound(() => holding.received.length >= 2);
    first.kill("SIGKILL");
    await first.ended;
    isHolding = false;
    const sentBefore = holding.received.length;
    // A minute passes, after which nobody is taken to be still sending what was claimed.
    const database = new Database(join(place.data, "safelight.db"));
    database.run("UPDATE webhook_deliveries SET due_at = 0 WHERE status = 'pending'");
    database.close();
    await place.serve([], { SHOP_SECRET: SECRET });
    const listAnswered = () =>
      new Set(holding.received.slice(sentBefore).map((request) => verifyRequest(request, SECRET).id));
    await waitUntilFound(() => listAnswered().size === ids.length);
    const told = holding.received.slice(sentBefore).map(({ body }) => JSON.parse(body).imageId);
    expect(told.toSorted()).toEqual(ids.toSorted());
    await holding.close();
  });

  it("does not start without its secret", async () => {
    const { ended } = place.run(["serve", "--port", "0", "--data", "data"]);
    expect(await ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "in the environment variable SHOP_SECRET, or in a file named by SHOP_SECRET_FILE",
      ),
    });
  });
});
