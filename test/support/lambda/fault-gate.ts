import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";

/** A request on its way to a service. */
export interface GateRequest {
  readonly method: string;
  /** As it was sent: still encoded. */
  readonly path: string;
}

type Rule = (request: GateRequest) => boolean;

/**
 * Starts a gate in front of a service: everything passes through it unchanged, but what `refuses` says is answered as
 * a service does that is down for the moment. Signatures stay valid, because the caller signs for the gate's name and
 * the service behind it believes the name that it is told.
 */
export async function startFaultGate(endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  const requests: GateRequest[] = [];
  let refuses: Rule = () => false;
  let keeps: Rule = () => false;
  const server = createServer((message, response) => {
    const seen = { method: message.method ?? "", path: message.url ?? "" };
    requests.push(seen);
    if (refuses(seen)) {
      message.resume();
      response.writeHead(503).end();
      return;
    }
    if (keeps(seen)) return;
    const onward = forward({ hostname, port, ...seen, headers: message.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    message.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Everything that was asked for so far. */
    requests: (): readonly GateRequest[] => requests,
    /** From now on, what the rule says is refused. */
    refuse(rule: Rule): void {
      refuses = rule;
    },
    /** From now on, what the rule says is never answered. */
    keep(rule: Rule): void {
      keeps = rule;
    },
    /** From now on, everything passes. */
    open(): void {
      refuses = () => false;
      keeps = () => false;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A running gate. */
export type FaultGate = Awaited<ReturnType<typeof startFaultGate>>;
