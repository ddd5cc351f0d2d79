import { createServer, request as forward, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request to a service, and how it was answered. */
export interface WireCall {
  readonly method: string;
  /** As it was sent: still encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly status: number;
}

/**
 * Starts a gate in front of a service: everything passes unchanged and is noted, whoever sent it and by whichever
 * SDK; what `refuse` says is answered as a service does that is down for the moment, and not noted.
 */
export async function startRecordingGate(endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  const calls: WireCall[] = [];
  let refuses: (call: Pick<WireCall, "method" | "path">) => boolean = () => false;
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = "", url: path = "", headers } = message;
    if (refuses({ method, path })) {
      response.writeHead(503).end();
      return;
    }
    const onward = forward({ hostname, port, method, path, headers }, (answer) => {
      const { statusCode: status = 502 } = answer;
      calls.push({ method, path, headers, body, status });
      response.writeHead(status, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    onward.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: (): readonly WireCall[] => calls,
    /** From now on, what the rule says is refused; without a rule, nothing. */
    refuse(rule: typeof refuses = () => false): void {
      refuses = rule;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A running gate. */
export type RecordingGate = Awaited<ReturnType<typeof startRecordingGate>>;
