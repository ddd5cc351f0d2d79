import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Decide } from "./faults.js";

/** A way to a store on which requests and answers get lost. */
export interface StoreProxy {
  readonly endpoint: string;
  /** Cuts every connection, and refuses so many requests; 0 ends it. */
  beginOutage(attempts: number): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy in front of a server of HTTP; `decide` is asked for each request. A request that is refused is cut off,
 * or told that the store is busy; an answer that is lost is cut off before its first byte, or in the middle of its body.
 */
export async function startStoreProxy(target: string, decide: Decide): Promise<StoreProxy> {
  const agent = new Agent({ keepAlive: true });
  const open = new Set<Socket>();
  let refused = 0;
  let faults = 0;
  const beginOutage = (attempts: number) => {
    refused = attempts;
    for (const socket of open) socket.destroy();
  };
  const answer = async (asked: IncomingMessage, answered: ServerResponse) => {
    const body = await readAll(asked);
    if (refused > 0) {
      refused -= 1;
      asked.socket.destroy();
      return;
    }
    const fault = decide(`${asked.method} ${asked.url}`);
    if (fault.type !== "none") faults += 1;
    if (fault.type === "outage") beginOutage(fault.attempts);
    if (fault.type === "refused" && faults % 2 === 0) answered.writeHead(503).end();
    else if (fault.type === "refused") asked.socket.destroy();
    if (fault.type === "outage" || fault.type === "refused") return;
    const { head, bytes } = await fetchAnswer(target, agent, asked, body);
    if (fault.type === "unanswered" && (faults % 2 === 0 || bytes.length < 2)) {
      asked.socket.destroy();
      return;
    }
    answered.writeHead(head.statusCode ?? 500, head.rawHeaders);
    if (fault.type === "none") answered.end(bytes);
    else answered.write(bytes.subarray(0, bytes.length / 2), () => asked.socket.destroy());
  };
  const server = createServer((asked, answered) => {
    answer(asked, answered).catch(() => asked.socket.destroy());
  });
  server.on("connection", (socket) => {
    open.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => open.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    beginOutage,
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Sends a request on as it came, and reads the whole answer: what was asked for is done then. */
async function fetchAnswer(
  target: string,
  agent: Agent,
  { method, url, rawHeaders }: IncomingMessage,
  body: Buffer,
): Promise<{ readonly head: IncomingMessage; readonly bytes: Buffer }> {
  const { hostname, port } = new URL(target);
  const sent = request({ hostname, port, agent, method, path: url, headers: rawHeaders, setHost: false });
  sent.end(body);
  const [head] = (await once(sent, "response")) as [IncomingMessage];
  return { head, bytes: await readAll(head) };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
