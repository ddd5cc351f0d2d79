import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type MemoryAdapters, memory } from "../../../src/adapters/memory/index.js";
import { createClient } from "../../../src/entrypoints/http/client/client.js";
import { Transport } from "../../../src/entrypoints/http/client/transport.js";
import { bearerTokens } from "../../../src/entrypoints/http/index.js";
import { drawTestImage } from "../../support/images.js";
import { createVirtualTime } from "../../support/virtual-time.js";
import { createBearerHeader, type RunningApi, readJson, startApi } from "./running-api.js";

const [ANNA, OPERATOR] = ["annas-token-01234567", "operators-token-0123"];
const AUTHORIZE = bearerTokens([
  { token: ANNA, permissions: ["read", "write"], owner: "anna", bound: true },
  { token: OPERATOR, permissions: ["read", "write"] },
]);

describe("erasing an owner over HTTP", () => {
  let stores: MemoryAdapters;
  let api: RunningApi;
  let bytes: Uint8Array;
  let accepted: string[];
  beforeAll(async () => {
    bytes = await drawTestImage();
  });
  beforeEach(async () => {
    accepted = [];
    stores = memory({ uploadUrl: "https://uploads.example" });
    api = await startApi({
      ports: { ...stores, config: { uploads: { owner: "caller" } } },
      api: { authorize: AUTHORIZE, onAccepted: (key) => void accepted.push(key) },
      idle: true,
    });
    for (const owner of ["anna", "anna/2 %", "ben"])
      for (const name of ["a", "b"])
        await api.pipeline.upload({ key: `${encodeURIComponent(owner)}-${name}.jpg`, bytes, owner });
    await api.settle();
  });
  afterEach(() => api.close());

  const erase = (owner: string, token = OPERATOR) =>
    api.ask(`/owners/${encodeURIComponent(owner)}/images`, {
      method: "DELETE",
      headers: createBearerHeader(token),
    });
  const listOwners = async () =>
    (await api.pipeline.list()).items
      .map(({ owner }) => owner)
      .sort((a, b) => (String(a) < String(b) ? -1 : 1));

  it("is repeated until it is done, and takes that owner's images alone", async () => {
    const first = await erase("anna/2 %");
    expect([first.status, await readJson(first)]).toEqual([202, { requested: 2, done: false }]);
    expect(accepted.sort()).toEqual(["anna%2F2%20%25-a.jpg", "anna%2F2%20%25-b.jpg"]);
    await api.settle();
    expect(await readJson(erase("anna/2 %"))).toEqual({ requested: 0, done: true });
    expect(await listOwners()).toEqual(["anna", "anna", "ben", "ben"]);
  });

  it("is what a caller who is bound may do to their own images", async () => {
    expect(await readJson(erase("anna", ANNA))).toEqual({ requested: 2, done: false });
    await api.settle();
    expect(await readJson(erase("anna", ANNA))).toEqual({ requested: 0, done: true });
    expect((await erase("ben", ANNA)).status).toBe(403);
    expect(await listOwners()).toEqual(["anna/2 %", "anna/2 %", "ben", "ben"]);
  });

  it("is refused for a name that no owner can have", async () => {
    for (const name of ["a\nb", "x".repeat(201), "é".repeat(101)]) {
      const answer = await erase(name);
      expect([name, answer.status]).toEqual([name, 400]);
    }
  });

  it("is refused where no image has an owner by the configuration", async () => {
    const other = await startApi({ idle: true });
    const answer = await other.ask("/owners/anna/images", { method: "DELETE" });
    await other.close();
    expect(answer.status).toBe(400);
    expect((await readJson<{ detail: string }>(answer)).detail).toContain("uploads.owner");
  });

  it("is repeated by the client until it is done, also after an answer was lost", async () => {
    let requests = 0;
    const send: typeof fetch = async (url, init) => {
      requests += 1;
      let isAnswered = false;
      const answering = fetch(url, init).finally(() => {
        isAnswered = true;
      });
      // The API waits for whoever settles.
      while (!isAnswered) {
        await api.settle();
        await new Promise(setImmediate);
      }
      const answer = await answering;
      if (requests === 1) throw new TypeError("lost");
      return answer;
    };
    const transport = new Transport(
      { baseUrl: api.origin, token: OPERATOR, fetch: send },
      createVirtualTime(),
    );
    await createClient(transport).eraseOwner("anna/2 %");
    expect(requests).toBe(2);
    expect(await listOwners()).toEqual(["anna", "anna", "ben", "ben"]);
  });

  it("of which the server knows nothing, or which never ends, is an error of the client", async () => {
    const askServer = (answer: () => Response) => {
      const transport = new Transport(
        { baseUrl: "http://api.example", fetch: async () => answer() },
        createVirtualTime(),
      );
      return createClient(transport).eraseOwner("anna");
    };
    await expect(askServer(() => Response.json({}, { status: 404 }))).rejects.toMatchObject({
      code: "not-found",
    });
    const never = askServer(() => Response.json({ requested: 1, done: false }));
    await expect(never).rejects.toThrow("not all removed after 300 seconds; erase the owner again");
  });
});
