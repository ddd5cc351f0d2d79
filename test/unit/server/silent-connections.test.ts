import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, it } from "@jest/globals";
import { SilentConnections } from "../../../src/entrypoints/server/silent-connections.js";

it("a connection that began a request and is silent holds no server that stops, and one that waits for its answer is answered", async () => {
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    request.resume().on("end", () => waiting.push(() => response.end("answer")));
  });
  const silent = new SilentConnections(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const begin = (text: string) => {
    const socket = connect({ host: "127.0.0.1", port }, () => socket.write(text));
    return socket.on("error", () => {});
  };
  const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n";
  const [halfHead, halfBody, whole] = [begin(head), begin(`${head}\r\n12`), begin(`${head}\r\n12345`)];
  let answer = "";
  whole.setEncoding("latin1").on("data", (text) => {
    answer += text;
  });
  while (waiting.length === 0) await new Promise((turn) => setImmediate(turn));
  const closed = once(server.close(), "close");
  const ended = Promise.all([once(halfHead, "close"), once(halfBody, "close")]);
  const looks = setInterval(() => silent.end(), 10);
  await ended;
  expect(answer).toBe("");
  for (const respond of waiting) respond();
  await Promise.all([closed, once(whole, "close")]);
  clearInterval(looks);
  expect(answer).toContain("answer");
}, 20_000);
