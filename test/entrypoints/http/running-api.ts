import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type MemoryAdapters, memory } from "../../../src/adapters/memory/index.js";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import type { PipelinePorts } from "../../../src/domain/use-cases/ports.js";
import { bearerTokens, type HttpApiOptions, httpApi } from "../../../src/entrypoints/http/index.js";

/** Credentials of the tests: one for each permission, one for both, and one for none. */
export const TOKENS = {
  read: "read-token-0123456789",
  write: "write-token-0123456789",
  both: "both-token-0123456789",
  none: "none-token-0123456789",
} as const;

/** The header with a token. */
export function createBearerHeader(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** A line of the log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The API on a port of this machine. */
export interface RunningApi {
  readonly origin: string;
  readonly port: number;
  readonly ports: MemoryAdapters;
  readonly pipeline: Pipeline;
  readonly log: readonly LogLine[];
  /** `fetch` with the token for both permissions. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Settles all that is open. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The options of a running API; everything else is in memory, with a worker that wakes up at once. */
export interface RunningOptions {
  readonly ports?: Partial<PipelinePorts>;
  readonly api?: Partial<HttpApiOptions>;
  /** Nobody works the queue until `settle` is called. */
  readonly idle?: boolean;
}

/** Starts the API with real sharp on memory adapters. */
export async function startApi(options: RunningOptions = {}): Promise<RunningApi> {
  const ports = memory({ uploadUrl: "https://uploads.example" });
  const pipeline = definePipeline({ ...ports, engine: sharpEngine(), ...options.ports });
  const log: LogLine[] = [];
  const working = new Set<Promise<unknown>>();
  const settle = () => {
    const run = pipeline.drainQueue().finally(() => working.delete(run));
    working.add(run);
    return run;
  };
  const api = httpApi({
    pipeline,
    tickets: ports.tickets,
    authorize: bearerTokens([
      { token: TOKENS.read, permissions: ["read"] },
      { token: TOKENS.write, permissions: ["write"] },
      { token: TOKENS.both, permissions: ["read", "write"] },
      { token: TOKENS.none, permissions: [] },
    ]),
    log: (level, message, fields = {}) => void log.push({ level, message, fields }),
    onAccepted: () => {
      if (!options.idle) void settle();
    },
    ...options.api,
  });
  const server = serve({ fetch: api.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    port,
    ports,
    pipeline,
    log,
    ask: (path, init = {}) =>
      fetch(`${origin}${path}`, {
        redirect: "manual",
        ...init,
        headers: { ...createBearerHeader(TOKENS.both), ...(init.headers as Record<string, string>) },
      }),
    settle: async () => void (await settle()),
    close: async () => {
      if ("closeAllConnections" in server) server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await Promise.all(working);
    },
  };
}

/** The JSON of an answer, taken for what the test says it is. */
export async function readJson<T>(answer: Response | Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T;
}
