import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import type { Page } from "../../../src/domain/model/page.js";
import { drawTestImage } from "../../support/images.js";
import { type RunningApi, readJson, startApi } from "./running-api.js";

interface Accepted {
  readonly imageId: string;
  readonly key: string;
  readonly status: string;
}

const JSON_TYPE = { "content-type": "application/json" };

describe("the HTTP API", () => {
  let api: RunningApi;
  let jpeg: Uint8Array<ArrayBuffer>;
  beforeEach(async () => {
    api = await startApi();
    jpeg = new Uint8Array(await drawTestImage());
  });
  afterEach(() => api.close());

  const upload = (init: RequestInit & { headers?: Record<string, string> } = {}) =>
    api.ask("/images", { method: "POST", body: jpeg, ...init });
  const uploadUntilReady = async () => {
    const image = await readJson<ImageDescription>(upload({ headers: { prefer: "wait=20" } }));
    expect(image.status).toBe("ready");
    return image;
  };
  const process = (body: object, headers = {}) =>
    api.ask("/process", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { ...JSON_TYPE, ...headers },
    });

  it("accepts an image, shows it until it is ready, links to its renditions, and removes it everywhere", async () => {
    const taken = await upload();
    expect(taken.status).toBe(202);
    const { imageId, key, status } = await readJson<Accepted>(taken);
    expect({ status, location: taken.headers.get("location") }).toEqual({
      status: "pending",
      location: `images/${imageId}`,
    });
    expect(key).toMatch(/^uploads\/[0-9a-f-]{36}\.jpg$/);
    const image = await readJson<ImageDescription>(
      api.ask(`/images/${imageId}`, { headers: { prefer: "wait=20" } }),
    );
    expect(image).toMatchObject({
      imageId,
      key,
      status: "ready",
      source: { format: "jpeg", width: 64, height: 48 },
    });
    const rendition = await api.ask(`/images/${imageId}/thumb`);
    const thumb = image.renditions.find(({ name }) => name === "thumb");
    expect([rendition.status, rendition.headers.get("location")]).toEqual([302, thumb?.url]);
    expect((await readJson<Page<ImageDescription>>(api.ask("/images"))).items).toEqual([image]);
    const removed = await api.ask(`/images/${imageId}`, { method: "DELETE", headers: { prefer: "wait=20" } });
    expect([removed.status, await removed.json()]).toEqual([202, { imageId, key, removed: true }]);
    expect((await api.ask(`/images/${imageId}`)).status).toBe(404);
    expect((await api.ask(`/images/${imageId}/thumb`)).status).toBe(404);
    expect((await readJson<Page<ImageDescription>>(api.ask("/images"))).items).toEqual([]);
    expect((await api.ports.originals.list("")).items).toEqual([]);
    expect((await api.ports.renditions.list("")).items).toEqual([]);
  });

  it("removes an image any number of times, and answers 404 for an unknown one", async () => {
    const { imageId, key } = await uploadUntilReady();
    for (const _ of [1, 2, 3]) {
      const answer = await api.ask(`/images/${imageId}`, {
        method: "DELETE",
        headers: { prefer: "wait=20" },
      });
      expect([answer.status, await answer.json()]).toEqual([202, { imageId, key, removed: true }]);
    }
    const never = await api.ask(`/images/${"a".repeat(22)}`, { method: "DELETE" });
    expect([never.status, await readJson<{ code: string }>(never)]).toEqual([
      404,
      expect.objectContaining({ code: "not-found" }),
    ]);
  });

  it("answers an upload that waits with the complete record", async () => {
    const image = await uploadUntilReady();
    expect(image.renditions.map(({ name }) => name)).toEqual(["thumb", "preview"]);
  });

  it("keeps the client's file name and never uses it as a path", async () => {
    const headers = { prefer: "wait=20" };
    const form = new FormData();
    form.append("file", new Blob([jpeg]), '../../été "1".jpg');
    const inForm = await readJson<ImageDescription>(
      api.ask("/images", { method: "POST", body: form, headers }),
    );
    const disposition = `attachment; filename="x"; filename*=UTF-8''..%2F%C3%A9t%C3%A9%0D%0A2.jpg`;
    const raw = await readJson<ImageDescription>(
      upload({ headers: { ...headers, "content-disposition": disposition } }),
    );
    const utf8 = Buffer.from('attachment; filename="naïve.jpg"').toString("latin1");
    const plain = await readJson<ImageDescription>(
      upload({ headers: { ...headers, "content-disposition": utf8 } }),
    );
    const unnamed = await uploadUntilReady();
    expect([inForm, raw, plain].map(({ fileName }) => fileName)).toEqual([
      'été "1".jpg',
      "été2.jpg",
      "naïve.jpg",
    ]);
    expect(unnamed.fileName).toBe(unnamed.key.slice("uploads/".length));
    for (const { key } of [inForm, raw, plain]) expect(key).toMatch(/^uploads\/[0-9a-f-]{36}\.jpg$/);
  });

  it("detects the type of an upload from its content alone, and stores nothing that it refuses", async () => {
    const png = new Uint8Array(await drawTestImage({ format: "png" }));
    const image = await readJson<ImageDescription>(
      upload({ body: png, headers: { prefer: "wait=20", "content-type": "text/html" } }),
    );
    expect([image.source?.format, image.key.endsWith(".png")]).toEqual(["png", true]);
    await api.ask(`/images/${image.imageId}`, { method: "DELETE", headers: { prefer: "wait=20" } });
    const gif = new Uint8Array(await drawTestImage({ format: "gif", frames: 2 }));
    const refusals: [RequestInit["body"], number, string, RegExp][] = [
      ["", 400, "invalid-input", /an image for the body but received nothing/],
      ["<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported-format", /but received SVG/],
      ["hello, this is just a text", 415, "unsupported-format", /jpeg, png, webp, gif.*but received text/],
      [
        new Uint8Array(Buffer.from("\0\0\0\x18ftypheic\0\0\0\0heicmif1", "latin1")),
        415,
        "unsupported-format",
        /heic, which needs "heic" in uploads.formats and the package libheif-js/,
      ],
      [jpeg.subarray(0, 20), 422, "corrupt-image", /at least 24 bytes/],
      [jpeg.subarray(0, -200), 422, "corrupt-image", /cut off on its way/],
      [gif.subarray(0, -60), 422, "corrupt-image", /GIF that ends between two blocks/],
    ];
    for (const [body, status, code, words] of refusals) {
      const answer = await upload({ body });
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      const problem = await readJson<{ status: number; code: string; detail: string }>(answer);
      expect([answer.status, problem.status, problem.code]).toEqual([status, status, code]);
      expect(problem.detail).toMatch(words);
    }
    expect((await api.ports.originals.list("")).items).toEqual([]);
    expect((await readJson<Page<ImageDescription>>(api.ask("/images"))).items).toEqual([]);
  });

  it("answers 304 to a client with the current etag, for records and for pages", async () => {
    const { imageId } = await uploadUntilReady();
    for (const path of [`/images/${imageId}`, "/images", "/openapi.json"]) {
      const first = await api.ask(path);
      const etag = first.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"[\w-]{22}"$/);
      const again = await api.ask(path, { headers: { "if-none-match": `"other", W/${etag}` } });
      expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
      expect((await api.ask(path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    }
    const { headers } = await api.ask(`/images/${imageId}`);
    await process({
      key: (await readJson<ImageDescription>(api.ask(`/images/${imageId}`))).key,
      force: true,
    });
    const changed = await api.ask(`/images/${imageId}`, {
      headers: { "if-none-match": headers.get("etag") ?? "" },
    });
    expect(changed.status).toBe(200);
  });

  it("lists the newest first, in pages, by status and by tag", async () => {
    const ids = [
      (await uploadUntilReady()).imageId,
      (await uploadUntilReady()).imageId,
      (await uploadUntilReady()).imageId,
    ];
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = `limit=2${cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
      const page = await readJson<Page<ImageDescription>>(api.ask(`/images?${query}`));
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ imageId }) => imageId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect([...seen].sort()).toEqual([...ids].sort());
    expect((await readJson<Page<ImageDescription>>(api.ask("/images?status=ready"))).items).toHaveLength(3);
    expect((await readJson<Page<ImageDescription>>(api.ask("/images?status=pending"))).items).toEqual([]);
    expect((await readJson<Page<ImageDescription>>(api.ask("/images?tag=cat"))).items).toEqual([]);
  });

  it("refuses malformed requests in one sentence, invented paths and cursors included", async () => {
    const { imageId } = await uploadUntilReady();
    const refused: [string, number][] = [
      ["/images?limit=0", 400],
      ["/images?limit=1001", 400],
      ["/images?limit=1e2", 400],
      ["/images?limit=1&limit=2", 400],
      ["/images?status=removed", 400],
      ["/images?tag=", 400],
      [`/images?tag=${"x".repeat(257)}`, 400],
      ["/images?cursor=", 400],
      ["/images?cursor=forged", 400],
      [
        `/images?cursor=${Buffer.from('{"createdAt":"2001-01-01T00:00:00.000Z","imageId":"x"}').toString("base64url")}`,
        400,
      ],
      ["/images?cursor=../../etc/passwd", 400],
      [`/images?cursor=${"x".repeat(5_000)}`, 400],
      ["/images/short", 400],
      ["/images/..%2f..%2fetc%2fpasswd", 400],
      [`/images/${"a".repeat(21)}%00`, 400],
      [`/images/${imageId}%0d%0aSet-Cookie:x`, 400],
      [`/images/${"a".repeat(22)}`, 404],
      [`/images/${imageId}/nothing`, 404],
      [`/images/${imageId}/..%2f..%2foriginals`, 404],
      [`/images/${imageId}/__proto__`, 404],
      [`/images/${imageId}/thumb/extra`, 404],
      ["/images/", 404],
      ["/nothing", 404],
      ["/images/%ff%fe", 400],
    ];
    for (const [path, status] of refused) {
      const answer = await api.ask(path);
      const problem = await readJson<{ detail: string; requestId: string }>(answer);
      expect([path, answer.status]).toEqual([path, status]);
      expect(problem.detail).toMatch(/^expected /);
      expect(answer.headers.get("x-request-id")).toBe(problem.requestId);
      expect(answer.headers.get("set-cookie")).toBeNull();
    }
  });

  it("processes a stored original, once unless forced, and returns the result", async () => {
    const { key, imageId, renditions } = await uploadUntilReady();
    const once = await process({ key });
    expect([once.status, await once.json()]).toEqual([
      200,
      {
        original: key,
        processed: renditions[0]?.key,
        record: expect.objectContaining({ imageId, status: "ready" }),
      },
    ]);
    const forced = await readJson<{ processed: string }>(process({ key, force: true }));
    expect(forced.processed).not.toBe(renditions[0]?.key);
    expect(api.ports.urls.invalidated).toEqual([]);
    const named = (await readJson<ImageDescription>(api.ask(`/images/${imageId}`))).renditions.map(
      (one) => one.key,
    );
    expect((await process({ key, invalidate: true })).status).toBe(200);
    expect(api.ports.urls.invalidated).toEqual(
      expect.arrayContaining([...named, ...renditions.map((one) => one.key)]),
    );
    await api.ports.originals.put("bad.jpg", Buffer.from("not an image"), { contentType: "image/jpeg" });
    const bad = await readJson<{ processed: null; record: ImageDescription }>(process({ key: "bad.jpg" }));
    expect(bad).toMatchObject({ processed: null, record: { failure: { code: "corrupt-image" } } });
  });

  it("processes only keys of the originals store", async () => {
    const readCode = async (answer: Promise<Response>) => {
      const { status } = await answer;
      return [status, (await readJson<{ code: string }>(answer)).code];
    };
    const { key } = await uploadUntilReady();
    expect(await readCode(process({ key, bucket: "somebody-elses" }))).toEqual([403, "forbidden"]);
    expect(await readCode(process({ key: "../../etc/passwd" }))).toEqual([404, "not-found"]);
    expect(await readCode(process({ key: "" }))).toEqual([400, "invalid-input"]);
    expect(await readCode(process({ key: "x".repeat(1_025) }))).toEqual([400, "invalid-input"]);
    expect(await readCode(process({}))).toEqual([400, "invalid-input"]);
    expect(await readCode(process({ key: 1 }))).toEqual([400, "invalid-input"]);
    for (const wrong of [
      { force: "yes" },
      { force: 1 },
      { invalidate: "true" },
      { invalidate: null },
      { forced: true },
    ])
      expect(await readCode(process({ key, ...wrong }))).toEqual([400, "invalid-input"]);
    const createBody = (body: string, type = "application/json") =>
      readCode(api.ask("/process", { method: "POST", body, headers: { "content-type": type } }));
    expect(await readCode(api.ask("/process", { method: "POST" }))).toEqual([400, "invalid-input"]);
    expect(await createBody("")).toEqual([400, "invalid-input"]);
    expect(await createBody("null")).toEqual([400, "invalid-input"]);
    expect(await createBody("{")).toEqual([400, "invalid-input"]);
    expect(await createBody("[]")).toEqual([400, "invalid-input"]);
    expect(await createBody(`key=${key}`, "application/x-www-form-urlencoded")).toEqual([
      415,
      "unsupported-format",
    ]);
    expect(await createBody(`{"key":"${"x".repeat(70_000)}"}`)).toEqual([413, "too-large"]);
  });

  it("issues a ticket for one file of one type, up to its size", async () => {
    const ask = (body: object) =>
      api.ask("/uploads", { method: "POST", body: JSON.stringify(body), headers: JSON_TYPE });
    const answer = await ask({ fileName: "C:\\été.jpg", contentType: "image/jpeg", bytes: jpeg.length });
    const ticket = await readJson<{
      imageId: string;
      key: string;
      fields: Record<string, string>;
      expiresAt: string;
    }>(answer);
    expect(answer.status).toBe(200);
    expect(ticket.key).toMatch(/^uploads\/[0-9a-f-]{36}\.jpg$/);
    const [issued] = api.ports.tickets.issued.values();
    expect(issued).toMatchObject({ key: ticket.key, contentType: "image/jpeg", maxBytes: jpeg.length });
    await api.ports.tickets.redeem(ticket.fields, jpeg);
    await api.settle();
    const image = await readJson<ImageDescription>(api.ask(`/images/${ticket.imageId}`));
    expect([image.status, image.fileName]).toEqual(["ready", "été.jpg"]);
    const refusals: [object, number][] = [
      [{ contentType: "text/html", bytes: 1 }, 415],
      [{ contentType: "image/avif", bytes: 1 }, 415],
      [{ contentType: "image/jpeg", bytes: 26_214_401 }, 413],
      [{ contentType: "image/jpeg", bytes: 0 }, 400],
      [{ contentType: "image/jpeg", bytes: 1.5 }, 400],
      [{ contentType: "image/jpeg" }, 400],
      [{ bytes: 1 }, 400],
    ];
    for (const [body, status] of refusals) expect([body, (await ask(body)).status]).toEqual([body, status]);
  });

  it("sets headers in every answer against sniffing, scripts and shared caches, and the request's id", async () => {
    const { imageId } = await uploadUntilReady();
    const given = { "x-request-id": "given-id-1234" };
    for (const [path, cache] of [
      ["/images", "private, no-cache"],
      [`/images/${imageId}`, "private, no-cache"],
      [`/images/${imageId}/thumb`, "no-store"],
      ["/health", "no-store"],
      ["/nothing", "no-store"],
    ] as const) {
      const { headers } = await api.ask(path, { headers: given });
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect([path, headers.get("cache-control")]).toEqual([path, cache]);
      expect(headers.get("x-request-id")).toBe("given-id-1234");
    }
    const made = (await api.ask("/health", { headers: { "x-request-id": "a b" } })).headers.get(
      "x-request-id",
    );
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    const lines = api.log.filter(({ fields }) => fields.requestId === "given-id-1234");
    expect(lines.map(({ fields }) => [fields.method, fields.route, fields.status])).toEqual([
      ["GET", "/images", 200],
      ["GET", "/images/:id", 200],
      ["GET", "/images/:id/:spec", 302],
      ["GET", "/health", 200],
      ["GET", "/*", 404],
    ]);
  });
});
