import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { webhookSender } from "../../../src/adapters/webhooks/index.js";
import { pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { createSecret, type Subscriber, startSubscriber, verifyRequest } from "../../support/subscriber.js";

const MESSAGE = {
  id: "abc-DEF_123",
  type: "ImageReady",
  body: '{"key":"caf\u00e9 \ud83d\udcf7.jpg"}',
} as const;
const [OLD, NEW] = [createSecret(), createSecret(24)];
const ENVIRONMENT = { OLD_SECRET: OLD, NEW_SECRET: NEW };

const open: Subscriber[] = [];
afterEach(async () => {
  for (const subscriber of open.splice(0)) await subscriber.close();
});

/** A sender with one subscriber, `shop`, which answers like this. */
async function startShop(answer: (response: ServerResponse) => void, { timeoutSeconds = 20 } = {}) {
  const subscriber = await startSubscriber((response) => answer(response));
  open.push(subscriber);
  return { ...subscriber, ...createSender(subscriber.url, { timeoutSeconds }) };
}

function createSender(url: string, options: { timeoutSeconds?: number } = {}) {
  const { webhooks = {} } = pipelineConfig({
    webhooks: { shop: { url, secret: ["NEW_SECRET", "OLD_SECRET"] } },
  });
  const sender = webhookSender({ webhooks, environment: ENVIRONMENT, ...options });
  return {
    send: (signal?: AbortSignal) => sender.send("shop", MESSAGE, { now: new Date(), signal }),
    sender,
  };
}

describe("the sender of events", () => {
  it("posts the event with the headers of Standard Webhooks, which its public library verifies by each secret", async () => {
    const { send, received } = await startShop((response) => response.writeHead(204).end());
    expect(await send()).toEqual({ status: 204 });
    const [request] = received;
    if (request === undefined) throw new Error("expected a request");
    expect(request.body).toBe(MESSAGE.body);
    expect(request.headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": MESSAGE.id,
      "webhook-timestamp": expect.stringMatching(/^\d{10}$/),
    });
    for (const secret of [OLD, NEW]) expect(verifyRequest(request, secret)).toEqual(JSON.parse(MESSAGE.body));
    expect(() => verifyRequest(request, createSecret())).toThrow("No matching signature");
    const changed = { ...request, body: request.body.replace("key", "kex") };
    expect(() => verifyRequest(changed, NEW)).toThrow("No matching signature");
  });

  it("follows no redirect", async () => {
    const elsewhere = await startSubscriber((response) => response.writeHead(200).end());
    open.push(elsewhere);
    const { send } = await startShop((response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    expect(await send()).toEqual({ status: 307 });
    expect(elsewhere.received).toEqual([]);
  });

  it("reads what a subscriber asks for, in seconds or as a date", async () => {
    const values = ["120", new Date(Date.now() + 3_600_000).toUTCString(), "soon"];
    const { send } = await startShop((response) =>
      response.writeHead(503, { "retry-after": values.shift() }).end(),
    );
    expect(await send()).toEqual({ status: 503, retryAfter: 120 });
    const { retryAfter } = (await send()) as { retryAfter: number };
    expect(Math.abs(retryAfter - 3_600)).toBeLessThan(60);
    expect(await send()).toEqual({ status: 503 });
  });

  it("does not wait for an answer whose body never ends", async () => {
    const { send } = await startShop((response) => void response.writeHead(200).write("x".repeat(100_000)));
    expect(await send()).toEqual({ status: 200 });
  });

  it("says of one that never answers how long it waited", async () => {
    const { send } = await startShop(() => {}, { timeoutSeconds: 0.05 });
    expect(await send()).toEqual({ error: "no answer in 0.05 seconds" });
  });

  it("says of one that cannot be reached why", async () => {
    const { send, close } = await startShop(() => {});
    await close();
    open.length = 0;
    expect(await send()).toEqual({ error: "not reached (ECONNREFUSED)" });
  });

  it("ends with its signal's reason", async () => {
    const stopping = new AbortController();
    const { send } = await startShop(() => stopping.abort(new Error("stopped")));
    await expect(send(stopping.signal)).rejects.toThrow("stopped");
    await expect(send(stopping.signal)).rejects.toThrow("stopped");
  });

  it("knows nobody but the subscribers of the configuration", async () => {
    const { sender } = createSender("http://127.0.0.1:9/");
    await expect(sender.send("other", MESSAGE, { now: new Date() })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe("the secret of a subscriber", () => {
  const { webhooks = {} } = pipelineConfig({
    webhooks: { shop: { url: "https://shop.example/", secret: "A_SECRET" } },
  });
  const create = (environment: Record<string, string>) => () => webhookSender({ webhooks, environment });

  it("may lie in a file, whose name the variable with _FILE behind it holds", () => {
    const dir = mkdtempSync(join(tmpdir(), "safelight-secret-"));
    writeFileSync(join(dir, "secret"), `${NEW}\n`);
    expect(create({ A_SECRET_FILE: join(dir, "secret") })).not.toThrow();
    expect(create({ A_SECRET_FILE: join(dir, "none") })).toThrow(/readable file for A_SECRET_FILE .*ENOENT/);
    rmSync(dir, { recursive: true });
  });

  it.each([
    ["none", {}],
    ["another kind of text", { A_SECRET: "hunter2-hunter2-hunter2-hunter2" }],
    ["23 bytes", { A_SECRET: createSecret(23) }],
    ["65 bytes", { A_SECRET: createSecret(65) }],
  ])("is refused at the start without being told: %s", (received, environment: Record<string, string>) => {
    const message = `for webhooks.shop.secret but received ${received}; make one with: echo "whsec_$(openssl rand -base64 32)"`;
    expect(create(environment)).toThrow(message);
    for (const secret of Object.values(environment)) expect(create(environment)).not.toThrow(secret);
  });
});
