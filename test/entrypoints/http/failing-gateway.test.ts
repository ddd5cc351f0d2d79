import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import { createClient } from "../../../src/entrypoints/http/client/client.js";
import { Transport } from "../../../src/entrypoints/http/client/transport.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import { drawTestImage } from "../../support/images.js";
import { startPutStore } from "../../support/put-store.js";
import { chooseCount } from "../../support/sample.js";
import { createVirtualTime } from "../../support/virtual-time.js";
import { type RunningApi, startApi, TOKENS } from "./running-api.js";

const UPLOADS = chooseCount({ fast: 4, ordinary: 12, long: 125 }, "SAFELIGHT_GATEWAY_UPLOADS");
const AT_A_TIME = 8;

const problem = { "content-type": "application/problem+json" };
const page = { "content-type": "text/html" };

/** The ways in which a call fails. `reached` calls do their work, and only their answer is lost. */
const FAILURES: readonly { readonly reached: boolean; readonly answer: () => Response }[] = [
  { reached: false, answer: loseConnection },
  { reached: true, answer: loseConnection },
  { reached: false, answer: () => new Response("", { status: 429, headers: { "retry-after": "3" } }) },
  { reached: false, answer: () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: page }) },
  { reached: true, answer: () => new Response('{"code":', { status: 504, headers: problem }) },
  { reached: false, answer: () => new Response("<h1>Log in</h1>", { status: 200, headers: page }) },
  { reached: false, answer: () => Response.json({ code: "E42" }, { status: 503, headers: problem }) },
  { reached: true, answer: () => new Response("null", { status: 500, headers: problem }) },
];

function loseConnection(): Response {
  throw new TypeError("fetch failed");
}

describe("the client behind a gateway that fails one call in three", () => {
  let originals: BlobStore;
  let api: RunningApi;
  let store: Awaited<ReturnType<typeof startPutStore>>;
  /** How often each origin was called. */
  let calls: Map<string, number>;
  beforeEach(async () => {
    calls = new Map();
    const ports = memory();
    ({ originals } = ports);
    store = await startPutStore({ originals });
    api = await startApi({ ports, api: { tickets: store.tickets } });
  });
  afterEach(async () => {
    await api.close();
    await store.close();
  });

  const send: typeof fetch = async (input, init) => {
    const { origin } = new URL(String(input));
    const count = (calls.get(origin) ?? 0) + 1;
    calls.set(origin, count);
    const failure = count % 3 === 0 ? FAILURES[(count / 3) % FAILURES.length] : undefined;
    if (failure && !failure.reached) return failure.answer();
    const answer = await fetch(input, init);
    if (origin === store.origin) void api.settle();
    if (!failure) return answer;
    await answer.arrayBuffer();
    return failure.answer();
  };
  const createPatientClient = () =>
    createClient(
      new Transport({ baseUrl: api.origin, token: TOKENS.both, fetch: send }, createVirtualTime()),
    );

  it("makes each upload one image and no other, and removes each", async () => {
    const bytes = new Uint8Array(await drawTestImage());
    const images: ImageDescription[] = [];
    const waiting = Array.from({ length: UPLOADS }, (_, index) => new File([bytes], `${index}.jpg`));
    const work = async () => {
      for (let file = waiting.pop(); file; file = waiting.pop())
        images.push(await createPatientClient().upload(file));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    expect(images.map(({ status }) => status)).toEqual(images.map(() => "ready"));
    const names = images.map(({ fileName }) => fileName).sort();
    expect(names).toEqual(Array.from({ length: UPLOADS }, (_, index) => `${index}.jpg`).sort());
    const ids = images.map(({ imageId }) => imageId).sort();
    const stored = (await originals.list("")).items;
    const { items } = await api.pipeline.list({ limit: 1_000 });
    expect(stored).toHaveLength(UPLOADS);
    expect(items.map(({ imageId }) => imageId).sort()).toEqual(ids);
    // Files were sent again whose answer was lost.
    expect(store.accepted.length).toBeGreaterThan(UPLOADS);
    await Promise.all(ids.slice(0, 50).map((imageId) => createPatientClient().remove(imageId)));
    expect((await api.pipeline.list({ limit: 1_000 })).items).toHaveLength(Math.max(0, UPLOADS - 50));
  });
});
