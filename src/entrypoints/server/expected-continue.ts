import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** Requests whose bodies were neither asked for nor sent so far. */
const waiting = new WeakSet<IncomingMessage>();

/**
 * Sends `100 Continue` only once somebody begins to read the body: a client that asks first is not told to send what
 * is refused anyway.
 */
export function sendContinueWhenRead(server: Server): void {
  server.on("checkContinue", (request: IncomingMessage, answer: ServerResponse) => {
    waiting.add(request);
    const read = request._read.bind(request);
    request._read = (size) => {
      if (waiting.delete(request) && !answer.headersSent) answer.writeContinue();
      read(size);
    };
    server.emit("request", request, answer);
  });
}

/** Whether the client waits to be told to send its body. */
export function isBodyUnsent(request: IncomingMessage): boolean {
  return waiting.has(request);
}
