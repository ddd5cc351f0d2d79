import { readdirSync, renameSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import sharp from "sharp";
import { local } from "../../../src/adapters/local/index.js";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, readJson, waitUntilFound } from "./start-server.js";

const it = takeSampleOfTests(6);

let place: Place;

beforeAll(buildCommand);
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

/** Every file below some folder of the data directory. */
function listFiles(folder: string): readonly string[] {
  return readdirSync(join(place.data, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name);
}

describe("a server", () => {
  it("accepts a picture, shows it, lists it and removes it without a trace", async () => {
    const server = await place.serve();
    const form = new FormData();
    form.append(
      "file",
      new File([new Uint8Array(await drawTestImage({ width: 640, height: 480 }))], "cat.jpg"),
    );
    const accepted = await fetch(`${server.url}/images`, { method: "POST", body: form });
    expect(accepted.status).toBe(202);
    const { imageId } = await readJson<{ imageId: string }>(accepted);
    const record = await server.waitUntilSettled(imageId);
    expect(record).toMatchObject({ status: "ready", fileName: "cat.jpg", source: { width: 640 } });
    const thumb = await fetch(`${server.url}/images/${imageId}/thumb`);
    expect(thumb.redirected).toBe(true);
    const picture = await sharp(await thumb.arrayBuffer()).metadata();
    expect(picture).toMatchObject({ format: "jpeg", width: 200, height: 200 });
    const page = await readJson<{ items: ImageDescription[] }>(fetch(`${server.url}/images`));
    expect(page.items.map((one) => one.imageId)).toEqual([imageId]);
    expect(listFiles("renditions")).toHaveLength(2);

    const removed = await fetch(`${server.url}/images/${imageId}`, { method: "DELETE" });
    expect(removed.status).toBe(202);
    await waitUntilFound(async () => (await fetch(thumb.url)).status === 404);
    expect((await fetch(`${server.url}/images/${imageId}`)).status).toBe(404);
    const { items } = await readJson<{ items: unknown[] }>(fetch(`${server.url}/images`));
    expect(items).toEqual([]);
    await waitUntilFound(() => ["originals", "renditions", "by-name", "tmp"].flatMap(listFiles).length === 0);
    server.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it("answers 503 while the disk is full, and continues once it is not", async () => {
    const server = await place.serve();
    const body = new Uint8Array(await drawTestImage());
    // Once it has settled something, its other process no longer makes the folders of the data directory.
    await server.waitUntilSettled(await server.upload(body));
    const [tmp, away] = [join(place.data, "tmp"), join(place.data, "away")];
    renameSync(tmp, away);
    const refused = await fetch(`${server.url}/images`, { method: "POST", body });
    expect(refused.status).toBe(503);
    expect(await readJson(refused)).toMatchObject({ code: "unavailable" });
    renameSync(away, tmp);
    expect(await server.waitUntilSettled(await server.upload(body))).toMatchObject({ status: "ready" });
    expect(listFiles("originals")).toHaveLength(2);
  });

  it("serves the client of the API, whose upload goes by a ticket", async () => {
    const { url } = await place.serve();
    const client = safelightClient({ baseUrl: url });
    const bytes = new Uint8Array(await drawTestImage({ format: "png" }));
    const record = await client.upload(new File([bytes], "été.png", { type: "image/png" }));
    expect(record).toMatchObject({ status: "ready", fileName: "été.png" });
    expect((await client.list()).items).toEqual([record]);
    await client.remove(record.imageId);
    expect(await client.get(record.imageId)).toBeUndefined();
  });

  it("edits an image, renders its crops in another process, and the command line sees it", async () => {
    place.write(
      "c.json",
      JSON.stringify({
        thumbnails: { thumb: { width: 50, height: 50, format: "png" }, whole: { width: 100, format: "png" } },
      }),
    );
    const { url } = await place.serve(["--config", "c.json"]);
    const client = safelightClient({ baseUrl: url });
    const bytes = new Uint8Array(await drawTestImage({ width: 200, height: 100 }));
    const before = await client.upload(new File([bytes], "a.jpg", { type: "image/jpeg" }));
    const moved = await client.edit(before.imageId, { focalPoint: { x: 0, y: 0.5 }, alt: "A lake" });
    const changed = before.renditions.filter((one, index) => one.url !== moved?.renditions[index]?.url);
    expect(changed.map(({ name }) => name)).toEqual(["thumb"]);
    expect((await fetch(String(moved?.renditions[0]?.url))).status).toBe(200);
    await waitUntilFound(async () => (await fetch(String(before.renditions[0]?.url))).status === 404);
    const command = place.run([
      "edit",
      before.key,
      "--focal-point",
      "1,0.5",
      "--config",
      "c.json",
      "--data",
      place.data,
    ]);
    expect(await command.ended).toMatchObject({ code: 0 });
    const after = await client.get(before.imageId);
    expect(after).toMatchObject({ focalPoint: { x: 1, y: 0.5 }, alt: "A lake" });
    const thumbs = [before, moved, after].map(
      (one) => one?.renditions.find(({ name }) => name === "thumb")?.url,
    );
    expect(new Set(thumbs).size).toBe(3);
    expect(listFiles("renditions")).toHaveLength(2);
    await expect(client.edit(before.imageId, { alt: "a\nb" })).rejects.toMatchObject({
      code: "invalid-input",
    });
    expect(await client.edit("a".repeat(22), { alt: "x" })).toBeUndefined();
  });

  it("puts the public URL that it is given into records", async () => {
    const server = await place.serve(["--public-url", "https://images.example/pictures/"]);
    const { renditions } = await server.waitUntilSettled(await server.upload(await drawTestImage()));
    for (const { key, url } of renditions)
      expect(url).toBe(`https://images.example/pictures/renditions/${key}`);
    const ticket = fetch(`${server.url}/uploads`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ fileName: "a.jpg", contentType: "image/jpeg", bytes: 10 }),
    });
    expect((await readJson<{ url: string }>(ticket)).url).toBe(
      "https://images.example/pictures/uploads/form",
    );
  });

  it("renders by its configuration, a watermark's image included, and the same request does not render again", async () => {
    place.write("mark.png", await drawTestImage({ format: "png", alpha: true }));
    const watermark = { image: "mark.png", minWidth: 10 };
    place.write(
      "c.json",
      JSON.stringify({ thumbnails: { small: { width: 100, format: "jpeg", watermark: true } }, watermark }),
    );
    const server = await place.serve(["--config", "c.json"]);
    const imageId = await server.upload(await drawTestImage({ width: 300, height: 200 }));
    const { renditions, key, processedAt } = await server.waitUntilSettled(imageId);
    expect(renditions).toMatchObject([{ name: "small", width: 100, watermarked: true }]);
    // Both processes must take the configuration for the same one: otherwise this would be rendered again.
    const asked = await fetch(`${server.url}/process`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ key }),
    });
    expect(await readJson(asked)).toMatchObject({ record: { processedAt } });
  });

  it("shares its data directory with another server", async () => {
    const [one, two] = [await place.serve(), await place.serve()];
    const imageId = await one.upload(await drawTestImage());
    const there = await two.waitUntilSettled(imageId);
    const thumb = there.renditions.find(({ name }) => name === "thumb");
    expect(thumb?.url).toMatch(new RegExp(`^${two.url}/renditions/`));
    expect((await fetch(String(thumb?.url))).status).toBe(200);
    await fetch(`${two.url}/images/${imageId}`, { method: "DELETE" });
    await waitUntilFound(async () => (await fetch(`${one.url}/images/${imageId}`)).status === 404);
    for (const server of [one, two]) server.kill("SIGTERM");
    expect(await one.ended).toMatchObject({ code: 0 });
    expect(await two.ended).toMatchObject({ code: 0 });
  });

  it("is started by npm start without arguments, on the default port, and says if that is in use", async () => {
    const other = createServer();
    await new Promise((listening) => {
      other.once("listening", listening);
      // Taken by somebody else is as good.
      other.once("error", listening);
      other.listen({ port: 3000, host: "127.0.0.1" });
    });
    const { code, stderr } = await place.run([]).ended;
    other.close();
    expect(stderr).toContain("expected a free port for --port but received 3000, which another program");
    expect(code).toBe(2);
  });

  it("does not change the other commands of npm start", async () => {
    place.write("photos/cat.jpg", await drawTestImage());
    expect(await place.run(["process", "photos", "--out", "data"]).ended).toMatchObject({ code: 0 });
    const stores = local({ dir: place.data });
    expect((await stores.records.list({ limit: 10 })).items).toMatchObject([
      { key: "cat.jpg", status: "ready" },
    ]);
    stores.close();
  });
});
