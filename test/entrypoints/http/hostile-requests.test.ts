import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { createBearerHeader, type RunningApi, readJson, startApi, TOKENS } from "./running-api.js";

const MAX_BYTES = 200_000;

describe("on a real socket", () => {
  let api: RunningApi;
  let jpeg: Uint8Array<ArrayBuffer>;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    const config = { uploads: { maxBytes: MAX_BYTES } };
    api = await startApi({ ports: { config }, api: { bodyTimeoutSeconds: 0.2 } });
    jpeg = new Uint8Array(await drawTestImage());
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    // Whatever was sent: nothing of it is stored, and the next one is served.
    const before = (await api.ports.originals.list("")).items.length;
    const answer = await api.ask("/images", { method: "POST", body: jpeg });
    const settled = (await api.ports.originals.list("")).items.length;
    await api.close();
    expect([before, answer.status, settled]).toEqual([0, 202, 1]);
  });

  /** Writes these pieces as they are; resolves to all that is answered until the server closes or `enough` matches. */
  async function send(pieces: readonly (string | Uint8Array)[], enough = /\r\n\r\n.*\}$/s): Promise<string> {
    const socket = connect(api.port, "127.0.0.1");
    sockets.push(socket);
    // The server may close while this side still writes.
    socket.on("error", () => {});
    let text = "";
    const answered = new Promise<void>((resolve) => {
      socket.on("data", (data) => {
        text += data.toString("latin1");
        if (enough.test(text)) resolve();
      });
      socket.on("close", () => resolve());
    });
    await once(socket, "connect");
    for (const piece of pieces) {
      socket.write(piece);
      await nextTurn();
    }
    await answered;
    return text;
  }

  const head = (headers: Record<string, string>, path = "/images", method = "POST") =>
    [
      `${method} ${path} HTTP/1.1`,
      "Host: localhost",
      `Authorization: Bearer ${TOKENS.both}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      "\r\n",
    ].join("\r\n");
  const chunk = (bytes: Uint8Array) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
  const readStatus = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

  it("a body that never ends is answered after the time limit", async () => {
    const answer = await send([head({ "Content-Length": "1000" }), jpeg.subarray(0, 10)]);
    expect(readStatus(answer)).toBe(400);
    expect(answer).toContain("within 0.2 seconds");
    expect(
      readStatus(
        await send([head({ "Content-Length": "99", "Content-Type": "application/json" }, "/process"), "{"]),
      ),
    ).toBe(400);
  });

  it("a length above the limit is refused before the body arrives", async () => {
    const answer = await send([head({ "Content-Length": "999999999999" })]);
    expect(readStatus(answer)).toBe(413);
    expect(answer).toContain(`at most ${MAX_BYTES} bytes`);
  });

  it("a body without a length is counted as it arrives, and reading stops at the limit", async () => {
    const big = chunk(new Uint8Array(50_000));
    const answer = await send([head({ "Transfer-Encoding": "chunked" }), big, big, big, big, big]);
    expect(readStatus(answer)).toBe(413);
  });

  it("a wrong length is never trusted", async () => {
    // Shorter than what follows: the rest is another request, and a bad one.
    const short = await send([head({ "Content-Length": "30" }), jpeg], /400 Bad Request/);
    expect([400, 422]).toContain(readStatus(short));
    // Two lengths, or a length beside chunks, is an attempt to smuggle.
    const two = await send([head({ "Content-Length": "5, 6" }), "hello"], /\r\n\r\n/);
    expect(readStatus(two)).toBe(400);
    const both = await send(
      [head({ "Content-Length": "5", "Transfer-Encoding": "chunked" }), "0\r\n\r\n"],
      /\r\n\r\n/,
    );
    expect(readStatus(both)).toBe(400);
  });

  it("an incomplete body leaves nothing behind", async () => {
    const socket = connect(api.port, "127.0.0.1");
    sockets.push(socket);
    await once(socket, "connect");
    socket.write(head({ "Content-Length": String(jpeg.length) }));
    socket.write(jpeg.subarray(0, jpeg.length / 2));
    await nextTurn();
    socket.destroy();
    await once(socket, "close");
    const form = `--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n`;
    const half = await send([
      head({ "Content-Type": "multipart/form-data; boundary=b", "Content-Length": String(form.length) }),
      form,
    ]);
    expect(readStatus(half)).toBe(400);
    expect(half).toContain("ends in the middle");
  });

  it("ten thousand parts are refused after a few of them", async () => {
    const part = Buffer.from(`--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n`);
    const pieces = Array.from({ length: 100 }, () =>
      chunk(Buffer.concat(Array.from({ length: 100 }, () => part))),
    );
    const answer = await send([
      head({ "Content-Type": "multipart/form-data; boundary=b", "Transfer-Encoding": "chunked" }),
      ...pieces,
    ]);
    expect(readStatus(answer)).toBe(400);
    expect(answer).toContain("at most 20480 bytes beside the file");
  });

  it("a file name cannot put a header into an answer or a line into the log", async () => {
    const name = 'x"\r\nSet-Cookie: a=b\r\n\r\n<script>.jpg';
    const form =
      `--b\r\nContent-Disposition: form-data; name="file"; filename*=UTF-8''${encodeURIComponent(name)}\r\n\r\n` +
      "not an image, for sure\r\n--b--\r\n";
    const answer = await send([
      head({ "Content-Type": "multipart/form-data; boundary=b", "Content-Length": String(form.length) }),
      form,
    ]);
    expect(readStatus(answer)).toBe(415);
    expect(answer).not.toMatch(/set-cookie|<script>/i);
    const path = await send([head({}, `/images/${"a".repeat(22)}%0d%0aSet-Cookie:a=b`, "GET")]);
    expect(readStatus(path)).toBe(400);
    expect(path).not.toMatch(/^set-cookie/im);
    expect(JSON.stringify(api.log)).not.toMatch(/Set-Cookie|<script>/);
  });

  it("dots in a path never leave the API's paths, however they are encoded", async () => {
    for (const path of [
      "/images/../../etc/passwd",
      "/images/%2e%2e/%2e%2e/etc",
      "/images/..%5c..%5c",
      "//etc/passwd",
      "/images/%00",
    ]) {
      const answer = await send([head({}, path, "GET")]);
      expect([path, [400, 404].includes(readStatus(answer))]).toEqual([path, true]);
    }
  });

  it("many slow uploads at once do not keep a reader waiting for its answer", async () => {
    const slow = Array.from({ length: 30 }, () => send([head({ "Content-Length": "1000" }), "x"]));
    expect((await api.ask("/images")).status).toBe(200);
    expect((await Promise.all(slow)).map(readStatus)).toEqual(slow.map(() => 400));
  });

  it("a caller who disconnects while waiting ends the wait without an error", async () => {
    const socket = connect(api.port, "127.0.0.1");
    sockets.push(socket);
    await once(socket, "connect");
    socket.write(head({ Prefer: "wait=20" }, `/images/${"a".repeat(22)}`, "GET"));
    await api.ask("/health");
    socket.destroy();
    while (!api.log.some(({ fields }) => fields.route === "/images/:id")) await nextTurn();
    expect(api.log.filter(({ level }) => level !== "info")).toEqual([]);
  });

  it("a refused upload leaves its connection usable or closed, never in between", async () => {
    const body = new Uint8Array(MAX_BYTES + 1);
    for (const _ of [1, 2, 3]) {
      const answer = await fetch(`${api.origin}/images`, {
        method: "POST",
        body,
        headers: createBearerHeader(TOKENS.both),
      });
      expect((await readJson<{ code: string }>(answer)).code).toBe("too-large");
    }
  });
});
