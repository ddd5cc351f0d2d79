import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { listen } from "../../../src/entrypoints/server/listen.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function createTestServer(): Server {
  const server = createServer();
  servers.push(server);
  return server;
}

/** A server whose system refuses to let it listen. */
function createRefusedServer(code: string): Server {
  const server = createTestServer();
  server.listen = (() => {
    queueMicrotask(() => server.emit("error", Object.assign(new Error(code), { code })));
    return server;
  }) as Server["listen"];
  return server;
}

describe("listening", () => {
  it("resolves to a URL that a client can use, for every address of the machine too", async () => {
    for (const [host, url] of [
      ["127.0.0.1", /^http:\/\/127\.0\.0\.1:\d+$/],
      ["0.0.0.0", /^http:\/\/(?!0\.0\.0\.0)[\d.]+:\d+$/],
    ] as const)
      expect(await listen(createTestServer(), { host, port: 0 })).toMatch(url);
  });

  it("on a port of another program is refused, with what to do", async () => {
    const other = createTestServer();
    await listen(other, { host: "127.0.0.1", port: 0 });
    const { port } = other.address() as AddressInfo;
    await expect(listen(createTestServer(), { host: "127.0.0.1", port })).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringMatching(new RegExp(`${port}.*another program.*choose another`)),
    });
  });

  it.each([
    ["EACCES", 80, /--port.*1024/],
    ["EADDRNOTAVAIL", 0, /address of this machine.*192\.0\.2\.1/],
    ["ENOTFOUND", 0, /address of this machine.*192\.0\.2\.1/],
    ["EMFILE", 0, /192\.0\.2\.1.*EMFILE/],
  ])("that the system refuses with %s is refused with a sentence", async (code, port, sentence) => {
    await expect(listen(createRefusedServer(code), { host: "192.0.2.1", port })).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringMatching(sentence),
    });
  });
});
