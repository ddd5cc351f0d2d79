import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, readJson, type Served } from "./start-server.js";

const it = takeSampleOfTests(4);

const TOKEN = "0123456789abcdef0123456789abcdef";

let place: Place;
let picture: Uint8Array;

beforeAll(async () => {
  buildCommand();
  place = new Place();
  picture = await drawTestImage();
});
afterAll(() => place.remove());

/** A request with headers that `fetch` would not send; resolves to the status and the body. */
function ask(
  { url }: Served,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Uint8Array,
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method, path, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    asked.on("error", reject).end(body);
  });
}

describe("a server that others can reach", () => {
  it.each([[{}], [{ SAFELIGHT_TOKEN: "" }]])("does not start without a token (%j)", async (env) => {
    const { ended } = place.run(["serve", "--host", "0.0.0.0", "--port", "0", "--data", "none"], env);
    const { code, stderr } = await ended;
    expect(code).toBe(2);
    expect(stderr).toContain(
      'expected a token in the environment variable SAFELIGHT_TOKEN for --host "0.0.0.0"',
    );
  });

  it("does not start with a token that can be guessed", async () => {
    const { ended } = place.run(["serve", "--host", "0.0.0.0", "--port", "0"], { SAFELIGHT_TOKEN: "secret" });
    const { code, stderr } = await ended;
    expect(code).toBe(2);
    expect(stderr).toContain("expected at least 16 printable ASCII characters");
    expect(stderr).not.toContain("secret");
  });

  it("starts with one, and requires it from everybody", async () => {
    const server = await place.serve(["--host", "0.0.0.0"], { SAFELIGHT_TOKEN: TOKEN });
    const { port } = new URL(server.url);
    const answer = await fetch(`http://127.0.0.1:${port}/images`);
    expect(answer.status).toBe(401);
    server.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0 });
  });
});

describe("a server with a token", () => {
  let server: Served;
  beforeAll(async () => {
    server = await place.serve([], { SAFELIGHT_TOKEN: TOKEN });
  });

  it.each([
    ["GET", "/images"],
    ["GET", "/images/0123456789abcdefghijkl"],
    ["GET", "/images/0123456789abcdefghijkl/thumb"],
    ["PATCH", "/images/0123456789abcdefghijkl"],
    ["DELETE", "/images/0123456789abcdefghijkl"],
    ["POST", "/images"],
    ["POST", "/uploads"],
    ["POST", "/process"],
  ])("requires it for %s %s, also on loopback", async (method, path) => {
    const authorization = { none: undefined, wrong: `Bearer ${TOKEN}x`, basic: `Basic ${TOKEN}` };
    for (const value of Object.values(authorization)) {
      const headers: Record<string, string> = value === undefined ? {} : { authorization: value };
      expect((await ask(server, method, path, headers)).status).toBe(401);
    }
    const right = await ask(server, method, path, { authorization: `Bearer ${TOKEN}` });
    expect(right.status).not.toBe(401);
  });

  it("accepts any host name and any page of origin from a caller with the token", async () => {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      host: "images.example",
      origin: "https://app.example",
      "sec-fetch-site": "cross-site",
      "content-type": "application/octet-stream",
    };
    expect((await ask(server, "POST", "/images", headers, picture)).status).toBe(202);
  });

  it("accepts a ticket's form without it, because the ticket is the permission", async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const body = JSON.stringify({ fileName: "a.jpg", contentType: "image/jpeg", bytes: picture.length });
    const { url, fields } = await readJson<{ url: string; fields: Record<string, string> }>(
      fetch(`${server.url}/uploads`, { method: "POST", headers, body }),
    );
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([new Uint8Array(picture)]));
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(204);
  });

  it("answers to load balancers without it", async () => {
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});

describe("a server with --cors", () => {
  const APP = "https://app.example";

  it.each([[{}], [{ SAFELIGHT_TOKEN: TOKEN }]])(
    "admits pages of that origin, and no others (%j)",
    async (env) => {
      const server = await place.serve(["--cors", "https://other.example", "--cors", APP], env);
      const headers = { "sec-fetch-site": "cross-site", authorization: `Bearer ${TOKEN}` };
      const upload = (origin: string) =>
        fetch(`${server.url}/images`, {
          method: "POST",
          headers: { ...headers, origin },
          body: new Uint8Array(picture),
        });
      const allowed = await upload(APP);
      expect(allowed.status).toBe(202);
      expect(allowed.headers.get("access-control-allow-origin")).toBe(APP);
      const refused = await upload("https://evil.example");
      expect(refused.headers.get("access-control-allow-origin")).toBeNull();
      const missing = await fetch(`${server.url}/images/0123456789abcdefghijkl`, {
        headers: { ...headers, origin: APP },
      });
      expect(missing.status).toBe(404);
      expect(missing.headers.get("access-control-allow-origin")).toBe(APP);
      const preflight = await fetch(`${server.url}/images/x`, {
        method: "OPTIONS",
        headers: { origin: APP, "access-control-request-method": "DELETE" },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get("access-control-allow-methods")).toContain("DELETE");
    },
  );

  it.each(["*", "app.example", "https://app.example/", "HTTPS://app.example", "ftp://app.example", "null"])(
    "does not start with %j for an origin",
    async (origin) => {
      const { code, stderr } = await place.run(["serve", "--port", "0", "--data", "none", "--cors", origin])
        .ended;
      expect(code).toBe(2);
      expect(stderr).toContain("expected an origin such as https://app.example");
    },
  );
});

describe("an answer before the body has arrived", () => {
  it("reaches a client that is still writing, which may then use the connection again", async () => {
    const server = await place.serve();
    const upload = (type: string, body: Uint8Array) =>
      fetch(`${server.url}/images`, {
        method: "POST",
        headers: { "content-type": type },
        body: new Uint8Array(body),
      });
    for (let round = 0; round < 5; round += 1) {
      const early = await upload("multipart/form-data", new Uint8Array(8 * 1024 * 1024));
      expect(early.status).toBe(400);
      expect(early.headers.get("connection")).toBe("keep-alive");
      await early.text();
      expect((await upload("image/jpeg", picture)).status).toBe(202);
    }
  });

  it("ends the connection of one that never stops, and says so", async () => {
    const server = await place.serve();
    const headers = { "content-type": "multipart/form-data", "content-length": 1_000_000 };
    const asked = request(`${server.url}/images`, { method: "POST", headers });
    asked.on("error", () => {});
    asked.write("x");
    const [answer]: IncomingMessage[] = await once(asked, "response");
    expect(answer?.statusCode).toBe(400);
    expect(answer?.headers.connection).toBe("close");
    asked.destroy();
  });
});

describe("a server without a token", () => {
  let server: Served;
  let imageId: string;
  let rendition: string;
  beforeAll(async () => {
    server = await place.serve();
    imageId = await server.upload(picture);
    const { renditions } = await server.waitUntilSettled(imageId);
    rendition = new URL(String(renditions[0]?.url)).pathname;
  });

  it.each([
    "evil.example",
    "evil.example:3000",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "10.0.0.1",
  ])("serves nothing to a page that has the name %j point here", async (host) => {
    for (const path of ["/images", `/images/${imageId}`, rendition, "/health", "/openapi.json"]) {
      const { status, body } = await ask(server, "GET", path, { host });
      expect([400, 403]).toContain(status);
      expect(body).not.toContain(imageId);
    }
    expect((await ask(server, "POST", "/images", { host }, picture)).status).toBeGreaterThanOrEqual(400);
  });

  it.each(["localhost", "LOCALHOST:9", "127.0.0.1", "127.1.2.3:80", "[::1]:3000"])(
    "answers under the name %s, whatever the port",
    async (host) => {
      expect((await ask(server, "GET", "/images", { host })).status).toBe(200);
    },
  );

  const foreign: readonly Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://localhost:1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: "http://localhost:5173" },
  ];
  it.each(foreign)("lets no page of another site write (%j)", async (headers) => {
    const type = { "content-type": "multipart/form-data; boundary=x" };
    for (const [method, path] of [
      ["POST", "/images"],
      ["POST", "/uploads"],
      ["POST", "/process"],
      ["PATCH", `/images/${imageId}`],
      ["DELETE", `/images/${imageId}`],
    ] as const) {
      const { status, body } = await ask(server, method, path, { ...type, ...headers });
      expect({ method, path, status }).toEqual({ method, path, status: 403 });
      expect(body).toContain("expected a request from this server's own pages for writing");
    }
    expect((await ask(server, "GET", `/images/${imageId}`, {})).status).toBe(200);
  });

  it("lets its own pages and programs write", async () => {
    const { host } = new URL(server.url);
    const own: readonly Record<string, string>[] = [
      {},
      { origin: `http://${host}`, host },
      { origin: `http://${host}`, host, "sec-fetch-site": "same-origin" },
    ];
    for (const headers of own)
      expect((await ask(server, "POST", "/images", headers, picture)).status).toBe(202);
  });

  it("lets other sites embed a picture by its URL and follow links, but not list images", async () => {
    const cross = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    expect((await ask(server, "GET", rendition, cross)).status).toBe(200);
    expect((await ask(server, "GET", "/images", cross)).status).toBe(403);
    expect((await ask(server, "GET", `/images/${imageId}/thumb`, cross)).status).toBe(403);
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await ask(server, "GET", "/images", link)).status).toBe(200);
  });
});
