import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** A request as a subscriber received it. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A subscriber of events that listens on this machine. */
export interface Subscriber {
  readonly url: string;
  /** All requests so far, answered or not. */
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** Starts a subscriber; `answer` says what each request gets, by its number from 0 on, or nothing at all. */
export async function startSubscriber(
  answer: (response: ServerResponse, request: Received, number: number) => void,
): Promise<Subscriber> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const one = { headers: request.headers, body };
      received.push(one);
      answer(response, one, received.length - 1);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    close: async () => {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Creates a secret as Standard Webhooks writes it. */
export function createSecret(bytes = 32): string {
  return `whsec_${randomBytes(bytes).toString("base64")}`;
}

/** The event of a request whose signature the public library of Standard Webhooks accepts. Throws for any other. */
export function verifyRequest({ headers, body }: Received, secret: string): { readonly id: string } {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as { readonly id: string };
}
