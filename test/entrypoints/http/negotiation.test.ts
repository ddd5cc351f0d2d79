import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { memory } from "../../../src/adapters/memory/index.js";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { allowAll, httpApi, serveRenditions } from "../../../src/entrypoints/http/index.js";
import { acceptHeaders, listAccepted } from "../../support/accept-headers.js";
import { drawTestImage } from "../../support/images.js";
import { type RunningApi, readJson, startApi } from "./running-api.js";

interface Shown {
  readonly imageId: string;
  readonly urls: Readonly<Record<string, string>>;
  readonly renditions: readonly { readonly name: string; readonly format: string; readonly url: string }[];
}

describe("a rendition in several formats", () => {
  let api: RunningApi;
  let image: Shown;
  let moving: Shown;

  const upload = (body: Uint8Array) =>
    readJson<Shown>(
      api.ask("/images", { method: "POST", body: new Uint8Array(body), headers: { prefer: "wait=20" } }),
    );
  const ask = (accept: string, { imageId } = image) =>
    api.ask(`/images/${imageId}/page`, { headers: { accept } });

  beforeAll(async () => {
    const config = pipelineConfig({
      thumbnails: {
        page: { width: 40, format: ["avif", "webp", "original"], effort: "fast" },
        thumb: { width: 8, format: "jpeg" },
      },
    });
    api = await startApi({ ports: { config } });
    image = await upload(await drawTestImage());
    moving = await upload(await drawTestImage({ format: "gif", frames: 2 }));
  });
  afterAll(() => api.close());

  it("is rendered in each of them, in their order", () => {
    expect(image.renditions.map(({ name, format }) => [name, format])).toEqual([
      ["page", "avif"],
      ["page", "webp"],
      ["page", "jpeg"],
      ["thumb", "jpeg"],
    ]);
  });

  it("moves in every format that is written, if the original moves", () => {
    expect(moving.renditions.filter(({ name }) => name === "page").map(({ format }) => format)).toEqual([
      "webp",
      "gif",
    ]);
  });

  it.each([
    ["image/avif,image/webp,image/*,*/*;q=0.8", "avif"],
    ["image/webp,image/*;q=0.8", "webp"],
    ["image/png, image/avif;q=0, */*;q=0.1", "webp"],
    ["image/jpeg", "jpeg"],
  ])(
    "is sent to a browser that accepts %s as %s, and caches keep the answers apart",
    async (accept, format) => {
      const answer = await ask(accept);
      const url = image.renditions.find((one) => one.name === "page" && one.format === format)?.url;
      expect([answer.status, answer.headers.get("location")]).toEqual([302, url]);
      expect(answer.headers.get("vary")).toBe("Accept");
    },
  );

  it("has one URL for all of its formats, which the server answers by Accept", async () => {
    const stores = memory({ baseUrl: "http://api.example/renditions", negotiates: true });
    const config = pipelineConfig({ thumbnails: { page: { width: 40, format: ["webp", "jpeg"] } } });
    const pipeline = definePipeline({ ...stores, engine: sharpEngine(), config });
    const served = httpApi({ pipeline, tickets: stores.tickets, authorize: allowAll() });
    serveRenditions(served, stores);
    const shown = await pipeline.process({ key: "a.jpg", bytes: await drawTestImage() });
    const { page = "" } = shown.urls;
    expect(page).toMatch(/\/page\.webp\.jpg$/);
    const check = fc.asyncProperty(acceptHeaders, async (accept) => {
      const answer = await served.request(page, { headers: { accept } });
      const allowed = listAccepted(accept, ["image/webp", "image/jpeg"]);
      expect(answer.headers.get("vary")).toContain("Accept");
      if (allowed.length === 0) expect(answer.status).toBe(406);
      else expect(allowed).toContain(answer.headers.get("content-type"));
      expect(answer.status === 200).toBe(allowed.length > 0);
    });
    await fc.assert(check, { numRuns: 200 });
  });

  it("has the URL of its last format where nobody chooses", () => {
    const { url } = image.renditions.find(({ format }) => format === "jpeg") ?? {};
    expect(image.urls).toEqual({ page: url, thumb: image.renditions.at(-1)?.url });
  });

  it("is not sent at all to a caller that refuses each of them", async () => {
    const answer = await ask("text/html, image/*;q=0");
    expect([answer.status, answer.headers.get("vary")]).toEqual([406, "Accept"]);
    expect((await readJson<{ detail: string }>(answer)).detail).toBe(
      'expected one of image/avif, image/webp, image/jpeg for Accept but received "text/html, image/*;q=0"',
    );
  });
});
