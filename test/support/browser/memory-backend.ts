import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { memory } from "../../../src/adapters/memory/index.js";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { ThumbnailSpecInput } from "../../../src/domain/model/thumbnail-spec.js";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import {
  type Authorize,
  allowAll,
  type DashboardOptions,
  type HttpApi,
  httpApi,
  serveDashboard,
  serveRenditions,
  takeTicketForms,
} from "../../../src/entrypoints/http/index.js";
import { createBackgroundReconcile } from "../../../src/entrypoints/server/background-reconcile.js";
import type { Backend } from "./backends.js";

/** Who may use an API in memory, and what its page asks people for. */
export interface MemoryOptions {
  readonly authorize?: Authorize;
  /** Called with the URL of the page. */
  readonly access?: (url: string) => DashboardOptions["access"] | Promise<DashboardOptions["access"]>;
  readonly token?: string;
  /** Default: those of the default configuration. */
  readonly thumbnails?: Readonly<Record<string, ThumbnailSpecInput>>;
}

/** An API in memory with real sharp, and its page, on a port of this machine. */
export async function startMemoryBackend(options: MemoryOptions = {}): Promise<Backend> {
  let api: HttpApi | undefined;
  const listener = getRequestListener((request, env) => api?.fetch(request, env) ?? new Response(null), {
    overrideGlobalObjects: false,
  });
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ports = memory({ baseUrl: `${origin}/renditions`, uploadUrl: `${origin}/uploads/form` });
  const { thumbnails } = options;
  const engine = sharpEngine();
  const pipeline = definePipeline({
    ...ports,
    engine,
    ...(thumbnails && { config: { thumbnails } }),
  });
  const working = new Set<Promise<unknown>>();
  const onAccepted = () => {
    const run = pipeline.drainQueue().finally(() => working.delete(run));
    working.add(run);
  };
  const { tickets } = ports;
  const reconciling = createBackgroundReconcile(
    { pipeline, ports: { ...ports, engine } },
    { hasRoom: () => true, onAccepted },
  );
  const authorize = options.authorize ?? allowAll();
  api = httpApi({ pipeline, tickets, authorize, onAccepted, startReconcile: reconciling.start });
  serveRenditions(api, { renditions: ports.renditions });
  takeTicketForms(api, { pipeline, tickets, onAccepted });
  const access = await options.access?.(`${origin}/`);
  serveDashboard(api, { dir: "dist/dashboard", ...(access && { access }) });
  return {
    url: `${origin}/`,
    client: safelightClient({ baseUrl: origin, ...(options.token && { token: options.token }) }),
    uploads: "**/uploads/form*",
    close: async () => {
      await reconciling.stop();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await Promise.all(working);
    },
  };
}
