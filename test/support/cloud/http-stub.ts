import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that a stub received. */
export interface StubRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** The answer of a stub. */
export interface StubAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

/** Starts a service that has no emulator: it answers as it is told to and remembers what it was asked. */
export async function startStub(answer: (request: StubRequest) => StubAnswer) {
  const requests: StubRequest[] = [];
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const { url = "", headers } = message;
    const request = { path: url, headers, body: Buffer.concat(chunks).toString() };
    requests.push(request);
    const { status, body, contentType } = answer(request);
    response.writeHead(status, { "content-type": contentType }).end(body);
  });
  // A connection that is closed while a request is on its way would look like a fault of the service.
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
