import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { ImageEvent } from "../../../src/domain/model/image-event.js";
import { createClient } from "../../../src/entrypoints/http/client/client.js";
import { Transport } from "../../../src/entrypoints/http/client/transport.js";
import { allowAll, httpApi } from "../../../src/entrypoints/http/index.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { createVirtualTime } from "../../support/virtual-time.js";

const BYTES = createFakeImage({ format: "png", width: 300, height: 200 });

describe("a client that follows events", () => {
  let stopping: AbortController;
  beforeEach(() => {
    stopping = new AbortController();
  });
  afterEach(() => stopping.abort());

  /** An API, and a client of it whose answers pass through `change`; `requests` are the places that it asked from. */
  function start({
    keepsEvents = true,
    change = (answer) => answer,
  }: {
    keepsEvents?: boolean;
    change?: (answer: Response, count: number) => Response;
  }) {
    const { eventLog, ...stores } = memory();
    const ports = keepsEvents ? { ...stores, eventLog } : stores;
    const pipeline = definePipeline({ ...ports, engine: createFakeEngine() });
    const { tickets } = stores;
    const api = httpApi({ pipeline, tickets, authorize: allowAll(), stopping: stopping.signal });
    const requests: (string | null)[] = [];
    const fetch = async (url: string, init: RequestInit) => {
      requests.push(new Headers(init.headers).get("last-event-id"));
      return change(await api.request(url.replace("http://api.example", ""), init), requests.length);
    };
    const timing = createVirtualTime();
    const client = createClient(
      new Transport({ baseUrl: "http://api.example", fetch: fetch as never }, timing),
    );
    const process = (key: string) => pipeline.process({ key, bytes: BYTES });
    return { client, pipeline, process, requests, timing };
  }

  it("gets each event once, in order, however often its stream breaks off", async () => {
    const { client, process, requests } = start({
      change: (answer, count) => cutBody(answer, count * 700),
    });
    const keys = Array.from({ length: 12 }, (_, index) => `${index}.png`);
    const received: ImageEvent[] = [];
    const events = client.followEvents()[Symbol.asyncIterator]();
    const first = events.next();
    for (const key of ["before.png", ...keys]) await process(key);
    received.push((await first).value);
    while (received.length < keys.length + 1) received.push((await events.next()).value);
    await events.return?.(undefined);
    expect(received.map(({ key }) => key)).toEqual(["before.png", ...keys]);
    expect(requests.length).toBeGreaterThan(2);
  });

  it("is told that a place is kept no longer, and that there are no events at all", async () => {
    const forgetful = start({});
    const asked = forgetful.client.followEvents({ after: "f".repeat(16) })[Symbol.asyncIterator]();
    await expect(asked.next()).rejects.toMatchObject({ code: "not-found" });
    const silent = start({ keepsEvents: false });
    const none = silent.client.followEvents()[Symbol.asyncIterator]();
    await expect(none.next()).rejects.toMatchObject({ code: "not-found" });
  });

  it("rejects with the reason of its signal", async () => {
    const { client } = start({});
    const stop = new AbortController();
    const next = client.followEvents({ signal: stop.signal })[Symbol.asyncIterator]().next();
    const reason = new Error("enough");
    stop.abort(reason);
    await expect(next).rejects.toBe(reason);
  });

  it("watches by events where there are some, and by the clock where there are none", async () => {
    const streaming = start({});
    const changes = streaming.client.watch()[Symbol.asyncIterator]();
    // The stream is open: what was published before it is not told.
    expect((await changes.next()).value).toEqual({});
    const { imageId } = await streaming.process("a.png");
    expect((await changes.next()).value).toMatchObject({ event: { imageId, type: "ImageReady" } });
    await changes.return?.(undefined);

    const polling = start({ keepsEvents: false });
    const hints = polling.client.watch({ pollSeconds: 7 })[Symbol.asyncIterator]();
    expect([(await hints.next()).value, (await hints.next()).value]).toEqual([{}, {}]);
    expect(polling.timing.now()).toBe(14_000);
    expect(polling.requests).toEqual([null]);
  });

  it("has everything looked at when its place was forgotten while it was away", async () => {
    const { client, process } = start({
      change: (answer, count) =>
        count === 2 ? createProblem("not-found", 404) : count === 1 ? cutBody(answer, 1) : answer,
    });
    const changes = client.watch()[Symbol.asyncIterator]();
    expect((await changes.next()).value).toEqual({});
    expect((await changes.next()).value).toEqual({});
    await process("a.png");
    expect((await changes.next()).value).toMatchObject({ event: { key: "a.png" } });
    await changes.return?.(undefined);
  });

  it("has everything looked at with each try that finds no room for a stream, and misses nothing after them", async () => {
    const { client, process, timing } = start({
      change: (answer, count) => (count <= 3 ? createProblem("unavailable", 503) : answer),
    });
    const changes = client.watch()[Symbol.asyncIterator]();
    for (let hint = 0; hint < 4; hint++) expect((await changes.next()).value).toEqual({});
    // Twice as long after each try: half a second, one, and two.
    expect(timing.now()).toBe(3_500);
    await process("a.png");
    expect((await changes.next()).value).toMatchObject({ event: { key: "a.png" } });
    await changes.return?.(undefined);
  });

  it("tells who follows events of events alone, whatever comes between", async () => {
    const { client, process } = start({
      change: (answer, count) => (count === 1 ? createProblem("unavailable", 503) : answer),
    });
    const events = client.followEvents()[Symbol.asyncIterator]();
    const next = events.next();
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    await process("a.png");
    expect((await next).value).toMatchObject({ key: "a.png" });
    await events.return?.(undefined);
  });
});

function createProblem(code: string, status: number): Response {
  const headers = { "content-type": "application/problem+json" };
  return Response.json({ code }, { status, headers });
}

/** The answer, whose body ends after the chunk in which so many bytes are full. */
function cutBody(answer: Response, bytes: number): Response {
  let left = bytes;
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      left -= chunk.length;
      if (left <= 0) controller.terminate();
    },
  });
  return new Response(answer.body?.pipeThrough(cut), answer);
}
