import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { build } from "esbuild";
import {
  ApiError,
  type ProcessOptions,
  type Progress,
  type SafelightClient,
  safelightClient,
} from "../../../src/entrypoints/http/client/index.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { drawTestImage } from "../../support/images.js";
import { type RunningApi, startApi, TOKENS } from "./running-api.js";
import { NodeXmlHttpRequest } from "./xml-http-request.js";

describe("the client", () => {
  let cloud: Cloud;
  let api: RunningApi;
  let client: SafelightClient;
  let jpeg: File;
  let jpegBytes: Uint8Array<ArrayBuffer>;
  /** The URLs of uploads that did not go through the API. */
  let uploads: string[];
  beforeAll(async () => {
    cloud = await startCloud();
    jpegBytes = new Uint8Array(await drawTestImage());
    jpeg = new File([jpegBytes], "été\n1.jpg");
  });
  afterAll(() => cloud.close());
  beforeEach(async () => {
    uploads = [];
    api = await startApi({ ports: cloud.adapters, api: { tickets: cloud.adapters.tickets } });
    client = safelightClient({
      baseUrl: `${api.origin}/`,
      token: async () => TOKENS.both,
      fetch: fetchAndWake,
    });
  });
  afterEach(async () => {
    await api.close();
    delete (globalThis as { XMLHttpRequest?: unknown }).XMLHttpRequest;
  });

  /** `fetch`, and a worker of the queue that wakes up when the store was sent something. */
  const fetchAndWake: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    if (String(input).startsWith(cloud.endpoints.s3)) {
      uploads.push(String(input));
      void api.settle();
    }
    return answer;
  };

  it("uploads past the API, waits until the image is ready, lists it, gets it and removes it", async () => {
    const progress: Progress[] = [];
    const image = await client.upload(jpeg, { onProgress: (one) => void progress.push(one) });
    expect(image).toMatchObject({ status: "ready", fileName: "été1.jpg", source: { width: 64 } });
    expect(uploads).toHaveLength(1);
    expect(progress).toEqual([
      { sent: 0, total: jpeg.size },
      { sent: jpeg.size, total: jpeg.size },
    ]);
    expect(await client.get(image.imageId)).toEqual(image);
    expect((await client.list({ limit: 5, status: "ready" })).items).toEqual([image]);
    expect((await client.list({ tag: "nothing" })).items).toEqual([]);
    await client.remove(image.imageId);
    expect(await client.get(image.imageId)).toBeUndefined();
    expect((await cloud.adapters.originals.list("")).items).toEqual([]);
    expect((await cloud.adapters.renditions.list("")).items).toEqual([]);
    await client.remove(image.imageId);
    await client.remove("a".repeat(22));
  });

  it("edits an image, whose crops follow, and throws not-found for an unknown one", async () => {
    const wide = new File([new Uint8Array(await drawTestImage({ width: 300, height: 200 }))], "wide.jpg");
    const { imageId, renditions } = await client.upload(wide);
    const said = { alt: "A lake", focalPoint: { x: 0, y: 0.5 } };
    const edited = await client.edit(imageId, { ...said, title: null });
    expect(edited).toMatchObject({ status: "ready", ...said });
    const moved = renditions.filter(({ url }, index) => url !== edited?.renditions[index]?.url);
    expect(moved.map(({ name }) => name)).toEqual(["thumb"]);
    expect(await client.edit(imageId, { alt: null, focalPoint: null })).not.toHaveProperty("alt");
    expect(await client.edit("a".repeat(22), said)).toBeUndefined();
    await expect(client.edit(imageId, { focalPoint: { x: 2, y: 0 } })).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringContaining("focalPoint.x"),
    });
    await client.remove(imageId);
    expect(await client.edit(imageId, said)).toBeUndefined();
  });

  it("processes an original again: unchanged renditions are kept, unless forced", async () => {
    const { imageId, key, renditions } = await client.upload(jpeg);
    const listNames = async (options: ProcessOptions) =>
      (await client.process(key, options)).renditions.map((one) => one.key);
    const before = renditions.map((one) => one.key);
    expect(await listNames({})).toEqual(before);
    await cloud.invalidate();
    expect(cloud.cdn.isInvalidated(before[0] ?? "")).toBe(false);
    expect(await listNames({ invalidate: true })).toEqual(before);
    // The record is committed before the CDN is asked: whoever waits for it may be answered first.
    while (!cloud.cdn.isInvalidated(before[0] ?? "")) await cloud.invalidate();
    expect(await listNames({ force: true })).not.toEqual(before);
    await expect(client.process("nothing.jpg")).rejects.toMatchObject({ code: "not-found", status: 404 });
    await cloud.adapters.originals.put("text.jpg", Buffer.from("not an image"), {
      contentType: "image/jpeg",
    });
    const error: unknown = await client.process("text.jpg").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ image: { key: "text.jpg", status: "rejected" } });
    for (const id of [imageId, (error as ApiError).image?.imageId ?? ""]) await client.remove(id);
  });

  it("says that an original will be processed if no worker does it in time", async () => {
    const calm = await startApi({ ports: cloud.adapters, idle: true });
    const impatient = safelightClient({ baseUrl: calm.origin, token: TOKENS.both });
    await cloud.adapters.originals.put("late.jpg", jpegBytes, { contentType: "image/jpeg" });
    await expect(impatient.process("late.jpg", { waitSeconds: 0 })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("it will be"),
    });
    await calm.settle();
    const [image] = (await impatient.list({ owner: undefined })).items;
    expect(image).toMatchObject({ key: "late.jpg", status: "ready" });
    expect((await impatient.list({ owner: "anna" })).items).toEqual([]);
    await calm.close();
    await client.remove(image?.imageId ?? "");
  });

  it("reports upload progress where the platform can", async () => {
    const browser = globalThis as { XMLHttpRequest?: unknown };
    browser.XMLHttpRequest = NodeXmlHttpRequest;
    NodeXmlHttpRequest.sent = 0;
    const progress: number[] = [];
    const uploading = client.upload(jpeg, {
      onProgress: ({ sent, total }) => {
        progress.push(sent / total);
        if (sent === total) void api.settle();
      },
    });
    expect((await uploading).status).toBe("ready");
    expect(NodeXmlHttpRequest.sent).toBe(1);
    expect(progress[0]).toBe(0);
    expect(progress.at(-1)).toBe(1);
    expect(progress.some((share) => share > 0.3 && share < 0.7)).toBe(true);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
    await client.remove((await uploading).imageId);
  });

  it("throws with the API's error code and the id of the request in its log", async () => {
    const stranger = safelightClient({ baseUrl: api.origin, token: "wrong-token-0123456789" });
    const refused: unknown = await stranger.list().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      code: "unauthenticated",
      status: 401,
      requestId: expect.stringMatching(/^[\w-]{36}$/),
    });
    await expect(client.list({ cursor: "forged" })).rejects.toMatchObject({
      code: "invalid-input",
      status: 400,
    });
    await expect(client.list({ limit: 0 })).rejects.toMatchObject({
      message: expect.stringContaining("for limit"),
    });
    const blob = new Blob([jpegBytes]);
    const named = new File([jpegBytes], "a.bin", { type: "image/jpg" });
    for (const file of [blob, named]) {
      const image = await client.upload(file);
      expect(image.source?.format).toBe("jpeg");
      await client.remove(image.imageId);
      uploads = [];
    }
    const text = new File(["hello"], "a.txt", { type: "text/plain" });
    await expect(client.upload(text)).rejects.toMatchObject({ code: "unsupported-format", status: 415 });
    expect(uploads).toEqual([]);
  });

  it("throws with the record when the upload is no image", async () => {
    const disguised = new File(["hello, this is a text that claims to be a JPEG"], "a.jpg");
    const error: unknown = await client.upload(disguised).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "unsupported-format",
      image: { status: "rejected", fileName: "a.jpg" },
    });
    await client.remove((error as ApiError).image?.imageId ?? "");
  });

  it("says of a file that is gone that it cannot be read, and does not try again", async () => {
    const refuse = () => Promise.reject(new DOMException("no such file", "NotFoundError"));
    const part = Object.assign(new Blob([]), { arrayBuffer: refuse });
    const file = new File([jpegBytes], "gone.jpg", { type: "image/jpeg" });
    Object.assign(file, { slice: () => part });
    let sent = 0;
    const hasty = safelightClient({
      baseUrl: api.origin,
      token: TOKENS.both,
      fetch: (input, init) => {
        if (!String(input).startsWith(cloud.endpoints.s3)) return fetch(input, init);
        sent += 1;
        return Promise.reject(new TypeError("Failed to fetch"));
      },
    });
    await expect(hasty.upload(file)).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringContaining("choose it again"),
    });
    expect(sent).toBe(1);
  });

  it("says that the image may still become ready if no worker settles it in time", async () => {
    const idle = safelightClient({ baseUrl: api.origin, token: TOKENS.both });
    const error: unknown = await idle.upload(jpeg, { timeoutSeconds: 0 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("may still become so"),
    });
    await api.settle();
    const [image] = (await client.list()).items;
    await expect(idle.remove(image?.imageId ?? "", { timeoutSeconds: 0 })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("it will be"),
    });
    await client.remove(image?.imageId ?? "");
  });

  it("stops when aborted, during an upload or while it waits", async () => {
    const stop = new AbortController();
    const waiting = safelightClient({ baseUrl: api.origin, token: TOKENS.both }).upload(jpeg, {
      signal: stop.signal,
      onProgress: ({ sent, total }) => {
        if (sent === total) stop.abort(new Error("enough"));
      },
    });
    await expect(waiting).rejects.toThrow("enough");
    const browser = globalThis as { XMLHttpRequest?: unknown };
    browser.XMLHttpRequest = NodeXmlHttpRequest;
    const again = new AbortController();
    const sending = client.upload(jpeg, {
      signal: again.signal,
      onProgress: ({ sent }) => {
        if (sent > 0) again.abort(new Error("enough"));
      },
    });
    await expect(sending).rejects.toThrow("enough");
    await expect(
      client.get("a".repeat(22), { signal: AbortSignal.abort(new Error("before")) }),
    ).rejects.toThrow("before");
    await api.settle();
    for (const { imageId } of (await client.list()).items) await client.remove(imageId);
  });

  it("reports an answer that is not from the API", async () => {
    const answerAsProxy = (status: number, headers = {}) =>
      safelightClient({
        baseUrl: "https://x",
        fetch: async () => new Response("<html>", { status, headers }),
      }).list();
    await expect(answerAsProxy(502)).rejects.toMatchObject({ code: "unavailable", status: 502 });
    await expect(answerAsProxy(403)).rejects.toMatchObject({ code: "forbidden" });
    await expect(answerAsProxy(413)).rejects.toMatchObject({ code: "too-large" });
    await expect(answerAsProxy(429, { "retry-after": "3" })).rejects.toMatchObject({
      code: "unavailable",
      retryAfterSeconds: 3,
    });
    await expect(answerAsProxy(500)).rejects.toMatchObject({ code: "internal" });
  });

  it("is one small file for a browser, without a single import: its one dependency is small, and bundled", async () => {
    const { metafile, outputFiles } = await build({
      entryPoints: [resolve("src/entrypoints/http/client/index.ts")],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    const others = Object.keys(metafile.inputs).filter(
      (input) => !input.startsWith("src/entrypoints/http/client/"),
    );
    expect(others).toEqual(["node_modules/eventsource-parser/dist/index.js"]);
    const [output] = outputFiles;
    expect(output?.text).not.toMatch(/\bimport\b|require\(|\bprocess\.|\bBuffer\b/);
    expect(output?.contents.length).toBeLessThan(22_000);
  });
});
