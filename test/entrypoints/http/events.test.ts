import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { ImageEvent } from "../../../src/domain/model/image-event.js";
import { allowAll, bearerTokens, httpApi } from "../../../src/entrypoints/http/index.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";

const [ANNA, BEN] = ["annas-token-01234567", "bens-token-012345678"];
const BYTES = createFakeImage({ format: "png", width: 300, height: 200 });

describe("a stream of events over HTTP", () => {
  let stopping: AbortController;
  beforeEach(() => {
    stopping = new AbortController();
  });
  afterEach(() => stopping.abort());

  function startApi() {
    const stores = memory();
    const config = { uploads: { owner: "key" } } as const;
    const pipeline = definePipeline({ ...stores, engine: createFakeEngine(), config });
    const authorize = bearerTokens([
      { token: ANNA, permissions: ["read"], owner: "anna", bound: true },
      { token: BEN, permissions: ["read"], owner: "ben", bound: true },
    ]);
    const { tickets } = stores;
    const api = httpApi({ pipeline, tickets, authorize, maxEventStreams: 2, stopping: stopping.signal });
    const follow = (token: string, query = "", headers = {}, method = "GET") =>
      api.request(`/events${query}`, { method, headers: { authorization: `Bearer ${token}`, ...headers } });
    const process = (key: string) => pipeline.process({ key, bytes: BYTES });
    return { pipeline, follow, process };
  }

  /** Reads a stream up to an event of this type, then has the server stop, and reads the rest. */
  async function readEvents(last: string, answer: Response): Promise<ImageEvent[]> {
    let text = "";
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes(`event: ${last}\n`)) stopping.abort();
    }
    return [...text.matchAll(/^data: (.+)$/gm)].map(([, data = ""]) => JSON.parse(data));
  }

  it("shows a caller who is bound the events of their own images alone, removals too", async () => {
    const { pipeline, follow, process } = startApi();
    const first = await process("anna/a.png");
    await process("ben/b.png");
    await process("ben/c.png");
    await pipeline.remove(first.imageId);
    const [oldest] = (await pipeline.events?.read()[Symbol.asyncIterator]().next())?.value?.items ?? [];
    const events = await readEvents("ImageRemoved", await follow(ANNA, `?after=${oldest.id}`));
    expect(events.map(({ type, key }) => [type, key])).toEqual([["ImageRemoved", "anna/a.png"]]);
    expect((await follow(ANNA, "?owner=ben")).status).toBe(403);
  });

  it("is filtered by type and image, and has no address that is not of the web", async () => {
    const { pipeline, follow, process } = startApi();
    const { imageId } = await process("ben/b.png");
    const start = await pipeline.events?.readNewest();
    await process("ben/c.png");
    await pipeline.edit(imageId, { alt: "A lake" });
    const answer = await follow(BEN, `?imageId=${imageId}&type=ImageEdited`, { "last-event-id": start });
    const events = await readEvents("ImageEdited", answer);
    expect(events).toEqual([expect.objectContaining({ type: "ImageEdited", imageId, owner: "ben" })]);
  });

  it("is refused beyond the limit, until another one has ended", async () => {
    const { follow } = startApi();
    const [one, other] = [await follow(ANNA), await follow(BEN)];
    const refused = await follow(BEN);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    await one.body?.cancel();
    // Asking for the headers alone takes no place.
    for (let times = 0; times < 3; times += 1) expect((await follow(BEN, "", {}, "HEAD")).status).toBe(200);
    const next = await follow(BEN);
    expect(next.status).toBe(200);
    await Promise.all([next.body?.cancel(), other.body?.cancel()]);
  });

  it("is refused for an id that is not kept, which takes no place", async () => {
    const { follow } = startApi();
    for (let times = 0; times < 3; times += 1)
      expect((await follow(BEN, "", { "last-event-id": "never" })).status).toBe(404);
    expect((await follow(BEN, "?type=Nonsense")).status).toBe(400);
  });

  it("is not there where no events are kept", async () => {
    const { eventLog: _, ...stores } = memory();
    const pipeline = definePipeline({ ...stores, engine: createFakeEngine() });
    const api = httpApi({ pipeline, tickets: stores.tickets, authorize: allowAll() });
    expect((await api.request("/events")).status).toBe(404);
    expect(await (await api.request("/openapi.json")).text()).not.toContain("streamEvents");
  });
});
