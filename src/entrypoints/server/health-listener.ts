import { createServer } from "node:http";
import { listen } from "./listen.js";

/** The listener of a process that has no API. */
export interface HealthListener {
  /** The address that it listens on. */
  readonly url: string;
  /** Ends it, with the connections that are open. */
  close(): void;
}

/**
 * Answers `GET /health` with 200 as long as `isHealthy`, and with 503 otherwise; whatever else is asked, with 404. Throws
 * `invalid-input` for an address that it cannot have.
 */
export async function startHealthListener(
  address: { readonly host: string; readonly port: number },
  isHealthy: () => boolean,
): Promise<HealthListener> {
  const server = createServer((request, response) => {
    const isKnown = request.url === "/health" && (request.method === "GET" || request.method === "HEAD");
    const healthy = isHealthy();
    const status = isKnown ? (healthy ? 200 : 503) : 404;
    const body = isKnown ? { status: healthy ? "ok" : "unhealthy" } : { status: "unknown" };
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(request.method === "HEAD" ? undefined : JSON.stringify(body));
  });
  const url = await listen(server, address);
  return {
    url,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
