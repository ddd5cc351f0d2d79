import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterEach, describe, expect } from "@jest/globals";
import express from "express";
import { Hono } from "hono";
import { local } from "../../../src/adapters/local/index.js";
import { memory } from "../../../src/adapters/memory/index.js";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import {
  allowAll,
  type HttpApi,
  type HttpApiOptions,
  httpApi,
  serveRenditions,
  takeTicketForms,
} from "../../../src/entrypoints/http/index.js";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { readJson } from "./running-api.js";

const it = takeSampleOfTests(3);

/** How somebody else's server has the API under `/api`. */
interface Mounting {
  readonly options?: Partial<HttpApiOptions>;
  createListener(api: HttpApi): RequestListener;
}

const MOUNTINGS: Readonly<Record<string, Mounting>> = {
  "route of Hono": { createListener: (api) => listen(new Hono().route("/api", api).fetch) },
  "mount of Hono": { createListener: (api) => listen(new Hono().mount("/api", api.fetch).fetch) },
  "a catch-all of Next.js, which hands on whole URLs": {
    options: { basePath: "/api" },
    createListener: (api) => listen(api.fetch),
  },
  "use of Express, which cuts its path off": {
    createListener: (api) => express().use("/api", listen(api.fetch)),
  },
};

const STORES = {
  memory,
  local: (urls: { baseUrl: string; uploadUrl: string }) => {
    const dir = mkdtempSync(join(tmpdir(), "safelight-mounted-"));
    const stores = local({ dir, ...urls });
    closers.push(() => rmSync(dir, { recursive: true, force: true }));
    closers.push(() => stores.close());
    return stores;
  },
};

/** Everything that a test opened; closed in reverse. */
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function listen(fetch: Parameters<typeof getRequestListener>[0]): RequestListener {
  return getRequestListener(fetch, { overrideGlobalObjects: false });
}

async function startMounted(stores: keyof typeof STORES, { options, createListener }: Mounting) {
  let handle: RequestListener = () => {};
  const server: Server = createServer((request, response) => handle(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  const ports = STORES[stores]({ baseUrl: `${base}/renditions`, uploadUrl: `${base}/uploads/form` });
  const pipeline = definePipeline({ ...ports, engine: sharpEngine() });
  const { tickets, renditions } = ports;
  const api = httpApi({ pipeline, tickets, authorize: allowAll(), ...options });
  serveRenditions(api, { renditions });
  takeTicketForms(api, { pipeline, tickets });
  handle = createListener(api);
  const stopping = new AbortController();
  const working = pipeline.work({ signal: stopping.signal });
  closers.push(() => {
    stopping.abort();
    return working;
  });
  return base;
}

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])(
  "the API on %s, mounted under /api",
  (stores) => {
    it.each(Object.entries(MOUNTINGS))(
      "by %s: the client uploads, waits, lists, fetches renditions and removes",
      async (_how, mounting) => {
        const base = await startMounted(stores, mounting);
        const client = safelightClient({ baseUrl: base });
        const picture = new Uint8Array(await drawTestImage());
        const image = await client.upload(new File([picture], "cat.jpg", { type: "image/jpeg" }));
        expect((await client.list()).items).toEqual([image]);
        const thumb = image.renditions.find(({ name }) => name === "thumb");
        for (const url of [String(thumb?.url), `${base}/images/${image.imageId}/thumb`]) {
          const answer = await fetch(url);
          expect(answer.headers.get("content-type")).toBe("image/jpeg");
          expect((await answer.arrayBuffer()).byteLength).toBe(thumb?.bytes);
        }
        await client.remove(image.imageId);
        expect((await client.list()).items).toEqual([]);
        expect((await fetch(String(thumb?.url))).status).toBe(404);
      },
    );
  },
);

describe.each(Object.entries(MOUNTINGS))("the API mounted by %s", (_how, mounting) => {
  it("says in Location, in its document and in its errors where it is", async () => {
    const base = await startMounted("memory", mounting);
    const body = new Uint8Array(await drawTestImage());
    const taken = await fetch(`${base}/images`, { method: "POST", body });
    const { imageId, key } = await readJson<{ imageId: string; key: string }>(taken);
    const follow = (answer: Response) => new URL(answer.headers.get("location") ?? "", answer.url).href;
    expect(follow(taken)).toBe(`${base}/images/${imageId}`);
    expect((await fetch(follow(taken), { headers: { prefer: "wait=20" } })).status).toBe(200);
    const headers = { "content-type": "application/json" };
    const again = await fetch(`${base}/process`, { method: "POST", headers, body: JSON.stringify({ key }) });
    expect(follow(again)).toBe(`${base}/images/${imageId}`);
    const document = await fetch(`${base}/openapi.json`);
    const { servers } = await readJson<{ servers: readonly { url: string }[] }>(document);
    expect(servers.map(({ url }) => new URL(url, document.url).href)).toEqual([`${base}/`]);
    const unknown = await fetch(`${base}/nowhere`);
    expect([unknown.status, unknown.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(unknown.headers.get("x-request-id")).not.toBeNull();
    const wrong = await fetch(`${base}/images`, { method: "PUT" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST, GET, HEAD, OPTIONS"]);
  });
});

describe("an API that knows no URL for what its stores hold", () => {
  it("issues no ticket whose form nobody takes, and says so", async () => {
    const client = safelightClient({
      baseUrl: "http://x",
      fetch: async (url, init) => api.request(String(url), init),
    });
    const ports = memory();
    const pipeline = definePipeline({ ...ports, engine: sharpEngine() });
    const api = httpApi({ pipeline, tickets: ports.tickets, authorize: allowAll() });
    const file = new File(["x"], "cat.jpg", { type: "image/jpeg" });
    await expect(client.upload(file)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringMatching(/^expected POST \/images for an upload .*uploadUrl/),
    });
  });

  it("never tells a file: URL", async () => {
    const ports = STORES.local({ baseUrl: "file:///data/renditions", uploadUrl: "file:///data/uploads" });
    const pipeline = definePipeline({ ...ports, engine: sharpEngine() });
    const api = httpApi({ pipeline, tickets: ports.tickets, authorize: allowAll() });
    await pipeline.upload({ key: "cat.jpg", bytes: await drawTestImage(), contentType: "image/jpeg" });
    await pipeline.drainQueue();
    const listed = await (await api.request("/images")).text();
    expect(listed).toContain('"status":"ready"');
    expect(listed).not.toContain("file:");
    const [image] = (JSON.parse(listed) as { items: { imageId: string }[] }).items;
    const redirect = await api.request(`/images/${image?.imageId}/thumb`);
    expect([redirect.status, redirect.headers.get("location")]).toEqual([404, null]);
    expect(await redirect.text()).toContain("baseUrl");
  });
});
