import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type MemoryAdapters, memory } from "../../../src/adapters/memory/index.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import type { Page } from "../../../src/domain/model/page.js";
import { bearerTokens } from "../../../src/entrypoints/http/index.js";
import { sealCursor } from "../../../src/ports/checked/cursors.js";
import { drawTestImage } from "../../support/images.js";
import { createBearerHeader, type RunningApi, readJson, startApi } from "./running-api.js";

const [ANNA, BEN, OPERATOR] = ["annas-token-01234567", "bens-token-012345678", "operators-token-0123"];
const EVERYTHING = ["read", "write"] as const;
const AUTHORIZE = bearerTokens([
  { token: ANNA, permissions: EVERYTHING, owner: "anna", bound: true },
  { token: BEN, permissions: EVERYTHING, owner: "ben", bound: true },
  { token: OPERATOR, permissions: EVERYTHING, owner: "anna" },
]);
const JSON_TYPE = { "content-type": "application/json" };

/** The image that a request is about. */
interface Subject {
  readonly id: string;
  readonly key: string;
}

/** A request that would do something if the image were the caller's. */
interface Trick {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const look = (path: string, headers: Trick["headers"] = {}): Trick => ({ method: "GET", path, headers });

/** The tricks of every route that names an image. */
const TRICKS: Readonly<Record<string, (subject: Subject) => readonly Trick[]>> = {
  getImage: ({ id }) => [
    look(`/images/${id}`),
    { method: "HEAD", path: `/images/${id}` },
    look(`/images/${id}?owner=ben`, { "if-none-match": "*" }),
    look(`/images/${id}`, { prefer: "wait=2", owner: "ben" }),
  ],
  getRendition: ({ id }) => [
    look(`/images/${id}/thumb`),
    look(`/images/${id}/no-such-spec`),
    look(`/images/${id}/thumb`, { accept: "image/avif" }),
    look(`/images/${id}/thumb`, { prefer: "wait=2" }),
  ],
  editImage: ({ id }) =>
    ["{}", '{"alt":"taken"}', '{"focalPoint":{"x":0,"y":0}}', '{"owner":"anna"}'].map((body) => ({
      method: "PATCH",
      path: `/images/${id}`,
      headers: { ...JSON_TYPE, prefer: "wait=2" },
      body,
    })),
  removeImage: ({ id }) => [
    { method: "DELETE", path: `/images/${id}` },
    { method: "DELETE", path: `/images/${id}?owner=ben`, headers: { prefer: "wait=2" } },
  ],
  completeUpload: ({ id }) => [{ method: "POST", path: `/uploads/${id}/complete` }],
  processOriginal: ({ key }) =>
    [{}, { force: true }, { invalidate: true }, { bucket: "another" }].map((how) => ({
      method: "POST",
      path: "/process",
      headers: { ...JSON_TYPE, prefer: "wait=2" },
      body: JSON.stringify({ key, ...how }),
    })),
};

/** The routes that name no image; what they show of others has tests of its own below. */
const WITHOUT_IMAGE = [
  "uploadImage",
  "issueTicket",
  "listImages",
  "streamEvents",
  "eraseOwner",
  "checkHealth",
  "describeApi",
  "showStatus",
];

const STATES = ["ready", "pending", "rejected", "removed", "nobodys"] as const;
const NONE: Subject = { id: deriveImageId("none/none.jpg"), key: "none/none.jpg" };

let api: RunningApi;
let stores: MemoryAdapters;
let jpeg: Uint8Array<ArrayBuffer>;
/** The calls to the stores and the waits since the last look. */
const calls: string[] = [];
const subjects = new Map<string, Subject>();

beforeAll(async () => {
  jpeg = new Uint8Array(await drawTestImage());
  stores = memory({ uploadUrl: "https://uploads.example" });
  api = await startApi({
    ports: {
      ...stores,
      records: watchCalls(stores.records, "records"),
      originals: watchCalls(stores.originals, "originals"),

      config: { uploads: { owner: "caller" } },
      sleep: async (time) => void calls.push(`wait ${time}`),
    },
    api: { authorize: AUTHORIZE, tickets: stores.tickets },
    idle: true,
  });
  const { pipeline } = api;
  for (const state of STATES) {
    const key = `ben/${state}.jpg`;
    const owner = state === "nobodys" ? undefined : "ben";
    const bytes = state === "rejected" ? new TextEncoder().encode("no picture") : jpeg;
    if (state === "pending") await pipeline.upload({ key, bytes, owner });
    else await pipeline.process({ key, bytes, owner });
    if (state === "removed") await pipeline.remove(deriveImageId(key));
    subjects.set(state, { id: deriveImageId(key), key });
  }
});
afterAll(() => api.close());

/** A store that writes down what it is asked for. */
function watchCalls<Store extends object>(store: Store, name: string): Store {
  return new Proxy(store, {
    get(_target, method) {
      const value: unknown = Reflect.get(store, method, store);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        calls.push(`${name}.${String(method)}`);
        return value.apply(store, given);
      };
    },
  });
}

/** All of an answer that a caller can see, without the names of the image and of the request, and what it took. */
async function observe(trick: Trick, { id, key }: Subject, token: string) {
  calls.length = 0;
  const answer = await api.ask(trick.path, {
    method: trick.method,
    headers: { ...createBearerHeader(token), ...trick.headers },
    ...(trick.body !== undefined && { body: trick.body }),
  });
  const headers = [...answer.headers].filter(([name]) => !["date", "x-request-id"].includes(name));
  const requestId = answer.headers.get("x-request-id") ?? "";
  const body = (await answer.text())
    .replaceAll(requestId, "{request}")
    .replaceAll(id, "{id}")
    .replaceAll(key, "{key}");
  const sized = headers.map(([name, value]) => [name, name === "content-length" ? "{length}" : value]);
  // The same work in the same order: nothing can be told from how long it takes, either.
  return { status: answer.status, headers: sized, body, calls: [...calls] };
}

async function listOperations(): Promise<readonly string[]> {
  const { paths } = await readJson<{ paths: Record<string, Record<string, { operationId?: string }>> }>(
    fetch(`${api.origin}/openapi.json`),
  );
  // What a path answers to other methods is no operation of its own.
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  return operations.flatMap(({ operationId }) => operationId ?? []);
}

async function takeStock() {
  const { records, originals } = stores;
  const found = await Promise.all([...subjects.values()].map(({ id }) => records.get(toImageId(id))));
  return { found, originals: (await originals.list("")).items };
}
const toImageId = (id: string) => id as ReturnType<typeof deriveImageId>;

const openSeal = (cursor: string) => Buffer.from(cursor.slice(8), "base64url").toString();

const list = (query: string, token = ANNA) =>
  api.ask(`/images?${query}`, { headers: createBearerHeader(token) });

describe("an image of another owner, to a caller who is bound", () => {
  it("every route of the document has its tricks here", async () => {
    expect([...Object.keys(TRICKS), ...WITHOUT_IMAGE].sort()).toEqual([...(await listOperations())].sort());
  });

  it.each(STATES.flatMap((state) => Object.keys(TRICKS).map((route) => [state, route] as const)))(
    "that is %s is answered by %s as if there were none, to the letter, with the same work, and unchanged",
    async (state, route) => {
      const subject = subjects.get(state) ?? NONE;
      const before = await takeStock();
      const tricks = TRICKS[route]?.(subject) ?? [];
      const same = TRICKS[route]?.(NONE) ?? [];
      for (const [index, trick] of tricks.entries())
        expect([trick, await observe(trick, subject, ANNA)]).toEqual([
          trick,
          await observe(same[index] ?? trick, NONE, ANNA),
        ]);
      expect(await takeStock()).toEqual(before);
    },
  );

  // The last of these says nothing of an image to anybody.
  it.each(Object.keys(TRICKS).filter((route) => !["removeImage", "completeUpload"].includes(route)))(
    "would be noticed here if %s showed it, as it does to its owner and to whoever is bound to none",
    async (route) => {
      const subject = subjects.get("ready") ?? NONE;
      for (const token of [BEN, OPERATOR]) {
        const [trick] = TRICKS[route]?.(subject) ?? [];
        const [same] = TRICKS[route]?.(NONE) ?? [];
        if (!trick || !same) throw new Error("no trick");
        expect(await observe(trick, subject, token)).not.toEqual(await observe(same, NONE, token));
      }
    },
  );

  it("is on no page, whatever is asked for", async () => {
    const key = "anna/mine.jpg";
    await api.pipeline.process({ key, bytes: jpeg, owner: "anna" });
    for (const query of ["", "limit=1", "owner=anna", "status=ready", "limit=1000"]) {
      const page = await readJson<Page<ImageDescription>>(list(query));
      expect([query, page.items.map((image) => image.key), page.cursor]).toEqual([query, [key], undefined]);
    }
    expect((await readJson<Page<ImageDescription>>(list("status=pending"))).items).toEqual([]);
    expect((await readJson<Page<ImageDescription>>(list("", OPERATOR))).items.length).toBeGreaterThan(3);
  });

  it("is refused as a filter in the same words, whether or not that owner has images", async () => {
    const [bens, nobodys] = [await list("owner=ben"), await list("owner=eve")];
    expect([bens.status, nobodys.status]).toEqual([403, 403]);
    const { detail } = await readJson<{ detail: string }>(bens);
    expect(detail.replace("ben", "eve")).toBe((await readJson<{ detail: string }>(nobodys)).detail);
  });

  it("is not erased by another name, which is refused as in a listing, whether or not that owner has images", async () => {
    const before = await takeStock();
    const refuse = async (owner: string) => {
      const path = `/owners/${owner}/images`;
      const answer = await observe({ method: "DELETE", path, headers: { prefer: "wait=2" } }, NONE, ANNA);
      return { ...answer, body: answer.body.replaceAll(owner, "{owner}") };
    };
    const refused = await refuse("ben");
    expect(refused).toEqual(await refuse("eve"));
    const listed = await observe(look("/images?owner=ben"), NONE, ANNA);
    expect(refused).toEqual({ ...listed, body: listed.body.replaceAll("ben", "{owner}") });
    expect([refused.status, refused.calls]).toEqual([403, []]);
    expect(await takeStock()).toEqual(before);
  });

  it("is not reached by the cursor of its owner or of an operator, nor by one that is forged", async () => {
    const cursors = await Promise.all(
      [BEN, OPERATOR].map(
        async (token) => (await readJson<Page<ImageDescription>>(list("limit=1", token))).cursor,
      ),
    );
    const bad = await list("cursor=nonsense");
    for (const cursor of cursors) {
      const answer = await list(`cursor=${cursor}`);
      expect([cursor, answer.status]).toEqual([expect.any(String), bad.status]);
      // A position among all images, sealed as if it were one among her own: once by the store, once around the watched one.
      const createForgery = (text: string) => sealCursor(["records", null, null, "anna"], text);
      const forged = createForgery(createForgery(openSeal(openSeal(cursor ?? ""))));
      const page = await readJson<Page<ImageDescription>>(list(`cursor=${forged}`));
      expect(page.items.filter(({ owner }) => owner !== "anna")).toEqual([]);
    }
  });

  it("is that of the ticket's owner, whoever sends its form", async () => {
    const asked = JSON.stringify({ contentType: "image/jpeg", bytes: jpeg.length });
    const headers = { ...createBearerHeader(BEN), ...JSON_TYPE };
    const answer = await api.ask("/uploads", { method: "POST", body: asked, headers });
    const { imageId, fields } = await readJson<{ imageId: string; fields: Record<string, string> }>(answer);
    await stores.tickets.redeem(fields, jpeg);
    await api.settle();
    expect((await api.ask(`/images/${imageId}`, { headers: createBearerHeader(ANNA) })).status).toBe(404);
    expect((await api.ask(`/images/${imageId}`, { headers: createBearerHeader(BEN) })).status).toBe(200);
  });
});

describe("a caller who is bound", () => {
  it("has every route for their own images", async () => {
    const headers = createBearerHeader(BEN);
    const sent = api.ask("/images", {
      method: "POST",
      body: jpeg,
      headers: { ...headers, prefer: "wait=0" },
    });
    const { imageId, key } = await readJson<{ imageId: string; key: string }>(sent);
    await api.settle();
    const statuses = [];
    for (const route of ["getImage", "getRendition", "editImage", "processOriginal", "removeImage"]) {
      const [trick] = TRICKS[route]?.({ id: imageId, key }) ?? [];
      statuses.push((await observe(trick ?? { method: "GET", path: "/" }, { id: imageId, key }, BEN)).status);
    }
    expect(statuses).toEqual([200, 302, 200, 202, 202]);
    await api.settle();
    expect((await api.ask(`/images/${imageId}`, { headers })).status).toBe(404);
  });
});

describe("an upload of a caller who is bound", () => {
  const start = async (owner: "none" | "key", name: string) => {
    const token = "some-token-0123456789";
    const authorize = bearerTokens([{ token, permissions: EVERYTHING, owner: name, bound: true }]);
    const other = await startApi({
      ports: { config: { uploads: { owner } } },
      api: { authorize },
      idle: true,
    });
    const body = JSON.stringify({ contentType: "image/jpeg", bytes: 9 });
    const asked = [
      other.ask("/images", { method: "POST", body: jpeg, headers: createBearerHeader(token) }),
      other.ask("/uploads", {
        method: "POST",
        body,
        headers: { ...createBearerHeader(token), ...JSON_TYPE },
      }),
    ];
    const answers = await Promise.all(asked);
    const keys = await Promise.all(answers.map(async (one) => (await readJson<{ key?: string }>(one)).key));
    const shown = await other.ask("/images", { headers: createBearerHeader(token) });
    const { items } = await readJson<Page<ImageDescription>>(shown);
    await other.close();
    return { statuses: answers.map(({ status }) => status), keys, owners: items.map((image) => image.owner) };
  };

  it("is stored under their name where the key says whose it is", async () => {
    const { statuses, keys, owners } = await start("key", "anna");
    expect(statuses).toEqual([202, 200]);
    for (const key of keys) expect(key).toMatch(/^anna\/[\w-]{36}\.jpg$/);
    expect(owners).toEqual(["anna"]);
  });

  it.each([
    ["none", "anna"],
    ["key", "an/na"],
  ] as const)("is refused where it could not be stored as theirs (%s, %s)", async (source, name) => {
    expect((await start(source, name)).statuses).toEqual([403, 403]);
  });

  it("who is bound to nobody is refused when the tokens are given", () => {
    const token = "some-token-0123456789";
    expect(() => bearerTokens([{ token, permissions: [], bound: true }])).toThrow(
      "the owner of a bound token",
    );
  });

  it("who is bound to what cannot be an owner is refused on every route", async () => {
    const other = await startApi({ api: { authorize: () => ({ owner: "a\nb", bound: true }) } });
    const { status } = await other.ask("/images");
    await other.close();
    expect(status).toBe(403);
  });
});
