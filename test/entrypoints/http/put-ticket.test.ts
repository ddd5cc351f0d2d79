import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { type Progress, safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { drawTestImage } from "../../support/images.js";
import { startPutStore } from "../../support/put-store.js";
import { type RunningApi, readJson, startApi, TOKENS } from "./running-api.js";
import { NodeXmlHttpRequest } from "./xml-http-request.js";

describe("the client of an API whose store accepts a signed PUT", () => {
  let api: RunningApi;
  let store: Awaited<ReturnType<typeof startPutStore>>;
  let jpeg: File;
  beforeEach(async () => {
    const ports = memory();
    store = await startPutStore({ originals: ports.originals });
    api = await startApi({ ports, api: { tickets: store.tickets } });
    jpeg = new File([new Uint8Array(await drawTestImage())], "été.jpg");
  });
  afterEach(async () => {
    await api.close();
    await store.close();
    delete (globalThis as { XMLHttpRequest?: unknown }).XMLHttpRequest;
  });

  const createClient = () =>
    safelightClient({
      baseUrl: api.origin,
      token: TOKENS.both,
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        if (String(input).startsWith(store.origin)) void api.settle();
        return answer;
      },
    });

  it("sends the bytes alone, with the ticket's headers and without its token", async () => {
    const progress: Progress[] = [];
    const image = await createClient().upload(jpeg, { onProgress: (one) => void progress.push(one) });
    expect(image).toMatchObject({ status: "ready", fileName: "été.jpg", source: { width: 64 } });
    expect(store.accepted).toMatchObject([
      {
        bytes: jpeg.size,
        headers: { "content-type": "image/jpeg", "x-meta-file-name": "%C3%A9t%C3%A9.jpg" },
      },
    ]);
    expect(store.accepted[0]?.headers.authorization).toBeUndefined();
    expect(progress.map(({ sent }) => sent)).toEqual([0, jpeg.size]);
  });

  it("reports upload progress where the platform can", async () => {
    (globalThis as { XMLHttpRequest?: unknown }).XMLHttpRequest = NodeXmlHttpRequest;
    const progress: number[] = [];
    const image = await createClient().upload(jpeg, {
      onProgress: ({ sent, total }) => {
        progress.push(sent / total);
        if (sent === total) void api.settle();
      },
    });
    expect(image.status).toBe("ready");
    expect(store.accepted).toMatchObject([{ bytes: jpeg.size, headers: { "content-type": "image/jpeg" } }]);
    expect(progress.some((share) => share > 0.3 && share < 0.7)).toBe(true);
  });

  it("gets a ticket that describes the whole request", async () => {
    const body = JSON.stringify({ contentType: "image/jpeg", bytes: 10 });
    const headers = { "content-type": "application/json" };
    const ticket = await readJson<object>(api.ask("/uploads", { method: "POST", headers, body }));
    expect(Object.keys(ticket)).toEqual([
      "imageId",
      "key",
      "method",
      "url",
      "headers",
      "fields",
      "expiresAt",
    ]);
    expect(ticket).toMatchObject({ method: "PUT", headers: { "content-type": "image/jpeg" }, fields: {} });
  });

  it("leaves the size to the upload policy, which rejects a too large upload at settlement", async () => {
    const { originals, ...ports } = memory();
    const strict = await startPutStore({ originals });
    const config = { uploads: { maxBytes: 100 } };
    const other = await startApi({
      ports: { originals, ...ports, config },
      api: { tickets: strict.tickets },
    });
    const body = JSON.stringify({ contentType: "image/jpeg", bytes: 50 });
    const headers = { "content-type": "application/json" };
    const { url, method, ...ticket } = await readJson<{
      url: string;
      method: string;
      headers: Record<string, string>;
      imageId: string;
    }>(other.ask("/uploads", { method: "POST", headers, body }));
    expect((await fetch(url, { method, headers: ticket.headers, body: jpeg })).status).toBe(201);
    await other.settle();
    expect(await (await other.ask(`/images/${ticket.imageId}`)).json()).toMatchObject({
      status: "rejected",
      failure: { code: "too-large" },
    });
    await other.close();
    await strict.close();
  });
});
