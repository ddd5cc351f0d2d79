import { randomUUID } from "node:crypto";
import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { SafelightError } from "../../domain/model/errors.js";
import { describeProblem } from "../http/problem.js";

/** The statuses of what Node's parser gives up on, by its code; all else is 400. */
const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers a request from which no URL can be made: `Host` is missing or is none, or the target is `*`. */
export function refuseMalformedRequest(): Response {
  const { status, headers, body } = describeMalformed("a target and a Host that make a URL");
  return new Response(body, { status, headers });
}

/** Answers with problem details where Node's parser gives up, and Node alone would send a bare status. */
export function answerParseErrors(server: Server): void {
  const answers = new WeakMap<Socket, ServerResponse>();
  const remember = ({ socket }: { socket: Socket }, answer: ServerResponse) =>
    void answers.set(socket, answer);
  server.on("request", remember).on("checkContinue", remember);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const answer = answers.get(socket);
    const isAnswered = answer?.headersSent && !answer.writableFinished;
    if (!socket.writable || isAnswered || error.code === "ECONNRESET") return void socket.destroy();
    const problem = describeMalformed("a request of HTTP/1.1");
    const status = STATUSES[error.code ?? ""] ?? problem.status;
    const body = problem.body.replace(`"status":${problem.status}`, `"status":${status}`);
    const headers = {
      ...problem.headers,
      "content-length": `${Buffer.byteLength(body)}`,
      connection: "close",
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
  });
}

function describeMalformed(expected: string) {
  const requestId = randomUUID();
  const message = `expected ${expected} but received something else`;
  const problem = describeProblem(new SafelightError("invalid-input", message), requestId);
  return {
    ...problem,
    headers: {
      ...problem.headers,
      "x-request-id": requestId,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
  };
}
