import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import { drawTestImage } from "../../support/images.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, type Served } from "./start-server.js";

/** Sends a path as it is: `fetch` would tidy it up. */
function requestStatus(server: Served, path: string): Promise<number> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    })
      .on("error", reject)
      .end();
  });
}

describe("a rendition", () => {
  let place: Place;
  let server: Served;
  let record: ImageDescription;
  let url: string;
  let original: Uint8Array;
  let bytes: Uint8Array;

  beforeAll(async () => {
    buildCommand();
    place = new Place();
    const thumbnails = { thumb: { width: 60, format: "jpeg" }, master: { copy: true } };
    place.write("c.json", JSON.stringify({ thumbnails }));
    server = await place.serve(["--config", "c.json"]);
    original = await drawTestImage({ privateMetadata: true });
    record = await server.waitUntilSettled(await server.upload(original));
    url = findUrl("thumb");
    bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  });
  afterAll(() => place.remove());

  const findUrl = (spec: string) => String(record.renditions.find(({ name }) => name === spec)?.url);
  const get = (headers: Record<string, string>, method = "GET") => fetch(url, { method, headers });
  const readBytes = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());

  it("may be cached forever, and is served as an image only", async () => {
    const { status, headers } = await fetch(url);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": `${bytes.length}`,
      "cache-control": "public, max-age=31536000, immutable",
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringContaining("default-src 'none'"),
      etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
    });
    expect(headers.has("content-disposition")).toBe(false);
  });

  it("is downloaded and not shown if it is a copy of an upload", async () => {
    const answer = await fetch(findUrl("master"));
    expect(answer.headers.get("content-disposition")).toBe("attachment");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await readBytes(answer)).toEqual(new Uint8Array(original));
  });

  it("is not sent again to a client with its etag", async () => {
    const etag = String((await fetch(url)).headers.get("etag"));
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await get({ "if-none-match": header });
      expect(answer.status).toBe(304);
      expect(answer.headers.get("etag")).toBe(etag);
      expect(await answer.text()).toBe("");
    }
    expect((await get({ "if-none-match": '"other"' })).status).toBe(200);
  });

  it("is described by HEAD", async () => {
    const answer = await get({}, "HEAD");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-length")).toBe(`${bytes.length}`);
    expect(answer.headers.get("content-type")).toBe("image/jpeg");
    expect(await answer.text()).toBe("");
    expect((await get({ range: "bytes=0-1" }, "HEAD")).status).toBe(200);
  });

  it.each([
    ["bytes=0-9", 0, 9],
    ["bytes=5-", 5, -1],
    ["bytes=-7", -7, -1],
    ["bytes=0-99999999", 0, -1],
    ["bytes=-99999999", 0, -1],
  ])("is sent in part for %s", async (range, from, to) => {
    const size = bytes.length;
    const [first, last] = [(from + size) % size, (to + size) % size];
    const answer = await get({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${first}-${last}/${size}`);
    expect(answer.headers.get("content-length")).toBe(`${last - first + 1}`);
    expect(await readBytes(answer)).toEqual(bytes.subarray(first, last + 1));
  });

  it("answers 416 with its size for a range beyond its end", async () => {
    for (const range of [`bytes=${bytes.length}-`, "bytes=-0"]) {
      const answer = await get({ range });
      expect(answer.status).toBe(416);
      expect(answer.headers.get("content-range")).toBe(`bytes */${bytes.length}`);
      expect(await answer.text()).toBe("");
    }
  });

  it("is sent whole for an invalid range, or a range of another etag", async () => {
    const etag = String((await fetch(url)).headers.get("etag"));
    for (const range of ["bytes=9-3", "bytes=0-1,5-6", "bytes=", "lines=1-2", "bytes=a-b"])
      expect((await get({ range })).status).toBe(200);
    const others = ['"other"', `W/${etag}`, "Sat, 01 Jan 2022 00:00:00 GMT"];
    for (const other of others) {
      const answer = await get({ range: "bytes=0-1", "if-range": other });
      expect({ other, status: answer.status }).toEqual({ other, status: 200 });
      expect(await readBytes(answer)).toEqual(bytes);
    }
    expect((await get({ range: "bytes=0-1", "if-range": etag })).status).toBe(206);
  });

  it("is the only thing there: no path leads out of the store", async () => {
    const secret = "ticket-secret";
    const tricks = [
      `../${secret}`,
      `%2e%2e/${secret}`,
      `..%2f${secret}`,
      `%2e%2e%2f${secret}`,
      `..%5c${secret}`,
      `x/../../${secret}`,
      "../safelight.db",
      "%2fetc%2fpasswd",
      "/etc/passwd",
      "..%00/x",
      "%zz",
      "%ff",
      "",
      ".",
      `../originals/${record.key}`,
      `${"a/".repeat(600)}a`,
    ];
    for (const trick of tricks) {
      const status = await requestStatus(server, `/renditions/${trick}`);
      expect({ trick, status, refused: status === 404 || status === 400 }).toMatchObject({
        trick,
        refused: true,
      });
    }
    expect(await requestStatus(server, new URL(url).pathname)).toBe(200);
  });
});
