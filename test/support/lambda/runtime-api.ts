import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a function's process answered: with a value, or with an error of its own. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } };

/** One event on its way through a function's process. */
interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly traceId: string;
  readonly deadline: number;
  readonly settle: (outcome: Outcome) => void;
}

/** Starts the Runtime API that a function's process asks for work, one event at a time, as Lambda serves it. */
export async function startRuntimeApi({ seconds }: { seconds: number }) {
  const waiting: Invocation[] = [];
  let idle: ServerResponse | undefined;
  let current: Invocation | undefined;
  let reportInitError: (outcome: Outcome) => void = () => {};

  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const body = await readText(request);
    if (path.endsWith("/invocation/next")) {
      idle = response;
      issueInvocations();
      return;
    }
    response.writeHead(202).end();
    if (path.endsWith("/init/error")) reportInitError({ error: JSON.parse(body) });
    const outcome = path.endsWith("/response") ? { value: JSON.parse(body) } : { error: JSON.parse(body) };
    if (current && path.includes(current.id)) finish(outcome);
  });
  // A connection that is closed while a request is on its way would look like a fault of the service.
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

  function issueInvocations(): void {
    if (!idle || current) return;
    current = waiting.shift();
    if (!current) return;
    const headers = {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": current.id,
      "lambda-runtime-deadline-ms": String(current.deadline),
      "lambda-runtime-trace-id": current.traceId,
    };
    idle.writeHead(200, headers).end(JSON.stringify(current.event));
    idle = undefined;
  }

  function finish(outcome: Outcome): void {
    const { settle } = current ?? {};
    current = undefined;
    settle?.(outcome);
  }

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Hands an event to the process under a new id; an error of the process is an outcome too. */
    invoke(
      event: unknown,
      { traceId = "Root=1-0;Sampled=0" } = {},
    ): { id: string; outcome: Promise<Outcome> } {
      const id = randomUUID();
      const outcome = new Promise<Outcome>((settle) => {
        const deadline = Date.now() + seconds * 1_000;
        waiting.push({ id, event, traceId, deadline, settle });
        issueInvocations();
      });
      return { id, outcome };
    },
    /** Called with what a process says that cannot even load its handler. */
    onInitError: (listener: (outcome: Outcome) => void) => {
      reportInitError = listener;
    },
    /** The process is gone: what it had in hand, and what waited for it, ends so. */
    processEnded(error: { errorType: string; errorMessage: string }): void {
      idle = undefined;
      finish({ error });
      for (const { settle } of waiting.splice(0)) settle({ error });
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
