import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { allowAll } from "../../../src/entrypoints/http/index.js";
import { drawTestImage } from "../../support/images.js";
import { createBearerHeader, type RunningApi, readJson, startApi, TOKENS } from "./running-api.js";

/** A request that succeeds for whoever may send it; `{id}` is that of an image, `{key}` its key. */
interface Example {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** One for each route, in an order in which all can succeed. */
const EXAMPLES: Readonly<Record<string, (jpeg: Uint8Array<ArrayBuffer>) => Example>> = {
  uploadImage: (body) => ({ method: "POST", path: "/images", body }),
  issueTicket: () => ({
    method: "POST",
    path: "/uploads",
    body: JSON.stringify({ contentType: "image/jpeg", bytes: 9 }),
  }),
  completeUpload: () => ({ method: "POST", path: "/uploads/{id}/complete" }),
  processOriginal: () => ({ method: "POST", path: "/process", body: '{"key":"{key}"}' }),
  listImages: () => ({ method: "GET", path: "/images" }),
  getImage: () => ({ method: "GET", path: "/images/{id}" }),
  getRendition: () => ({ method: "GET", path: "/images/{id}/thumb" }),
  showStatus: () => ({ method: "GET", path: "/status" }),
  streamEvents: () => ({ method: "GET", path: "/events" }),
  editImage: () => ({ method: "PATCH", path: "/images/{id}", body: '{"alt":"A lake"}' }),
  eraseOwner: () => ({ method: "DELETE", path: "/owners/nobody/images" }),
  removeImage: () => ({ method: "DELETE", path: "/images/{id}" }),
};

interface Operation {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly "x-permission"?: "read" | "write";
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

describe("a route", () => {
  let api: RunningApi;
  let jpeg: Uint8Array<ArrayBuffer>;
  let image: { imageId: string; key: string };
  let operations: readonly Operation[];
  beforeAll(async () => {
    api = await startApi({ ports: { config: { uploads: { owner: "key" } } } });
    jpeg = new Uint8Array(await drawTestImage());
    image = await readJson(
      api.ask("/images", { method: "POST", body: jpeg, headers: { prefer: "wait=20" } }),
    );
    const { paths } = await readJson<{ paths: Paths }>(fetch(`${api.origin}/openapi.json`));
    // What a path answers to other methods is no operation of its own.
    operations = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .filter(({ operationId }) => operationId !== undefined);
  });
  afterAll(() => api.close());

  function send(operation: string, headers: Record<string, string>): Promise<Response> {
    const { method, path, body } = EXAMPLES[operation]?.(jpeg) ?? { method: "GET", path: "/missing" };
    const text = typeof body === "string" ? body.replace("{key}", image.key) : body;
    return fetch(`${api.origin}${path.replace("{id}", image.imageId)}`, {
      method,
      redirect: "manual",
      headers: { ...(typeof text === "string" && { "content-type": "application/json" }), ...headers },
      ...(text !== undefined && { body: text }),
    });
  }

  const readCode = async (answer: Response) => [
    answer.status,
    (await readJson<{ code: string }>(answer)).code,
  ];

  it("needs a permission or is one of the few public ones", () => {
    const guarded = operations.filter((operation) => operation["x-permission"] !== undefined);
    expect(guarded.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(EXAMPLES).sort());
    expect(guarded.every(({ security }) => JSON.stringify(security) === '[{"bearer":[]}]')).toBe(true);
    const rest = operations.filter((operation) => operation["x-permission"] === undefined);
    expect(rest.map(({ operationId }) => operationId)).toEqual(["checkHealth", "describeApi"]);
  });

  it.each(Object.keys(EXAMPLES))(
    "%s answers 401 without a credential and with a wrong one",
    async (operation) => {
      for (const headers of [
        {},
        createBearerHeader("wrong-token-0123456789"),
        { authorization: "Basic eDp5" },
      ]) {
        const answer = await send(operation, headers);
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
        expect(await readCode(answer)).toEqual([401, "unauthenticated"]);
      }
    },
  );

  it.each(Object.keys(EXAMPLES))(
    "%s answers 403 to a caller with the other permission, or none",
    async (operation) => {
      const needed = operations.find(({ operationId }) => operationId === operation)?.["x-permission"];
      const other = needed === "read" ? TOKENS.write : TOKENS.read;
      for (const token of [other, TOKENS.none])
        expect(await readCode(await send(operation, createBearerHeader(token)))).toEqual([403, "forbidden"]);
    },
  );

  it.each(Object.keys(EXAMPLES))(
    "%s works with exactly the permission that it requires",
    async (operation) => {
      const needed =
        operations.find(({ operationId }) => operationId === operation)?.["x-permission"] ?? "read";
      expect((await send(operation, createBearerHeader(TOKENS[needed]))).status).toBeLessThan(400);
    },
  );

  it("stores nothing for a caller without the permission", async () => {
    const before = (await api.ports.originals.list("")).items.length;
    await send("uploadImage", createBearerHeader(TOKENS.read));
    await send("uploadImage", {});
    expect((await api.ports.originals.list("")).items).toHaveLength(before);
  });

  it.each(["/health", "/openapi.json"])("%s is public", async (path) => {
    expect((await fetch(`${api.origin}${path}`)).status).toBe(200);
  });
});

describe("an API that serves one permission", () => {
  it.each(["read", "write"] as const)("has the routes for %s and no others", async (served) => {
    const api = await startApi({ api: { serves: [served], authorize: allowAll() } });
    try {
      expect((await fetch(`${api.origin}/images`)).status).toBe(served === "read" ? 200 : 405);
      const id = "a".repeat(22);
      const removed = await fetch(`${api.origin}/images/${id}`, { method: "DELETE" });
      expect((await readJson<{ detail: string }>(removed)).detail).toMatch(
        served === "read" ? "expected one of GET, HEAD, OPTIONS" : "the id of an image",
      );
      expect((await fetch(`${api.origin}/health`)).status).toBe(200);
    } finally {
      await api.close();
    }
  });

  it("describes all routes, whichever permission it serves", async () => {
    const documents: unknown[] = [];
    for (const serves of [["read", "write"], ["read"], ["write"]] as const) {
      const api = await startApi({ api: { serves, authorize: allowAll() } });
      const answer = await fetch(`${api.origin}/openapi.json`);
      documents.push({ etag: answer.headers.get("etag"), document: await answer.json() });
      await api.close();
    }
    const [whole, ...others] = documents;
    expect(whole).toMatchObject({ document: { paths: { "/images": { get: {}, post: {} } } } });
    for (const other of others) expect(other).toEqual(whole);
  });
});
