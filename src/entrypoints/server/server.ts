import type { Server } from "node:http";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import type { HttpApi } from "../http/index.js";
import { accessOf } from "./access.js";
import { urlOf } from "./addresses.js";
import { openBackend } from "./backend.js";
import { listen } from "./listen.js";
import type { ServerOptions } from "./server-options.js";
import { shutDown } from "./shut-down.js";
import { passOverUnreadBody } from "./unread-body.js";

/** A server that answers. */
export interface RunningServer {
  /** The address that it listens on, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /**
   * Takes nothing more in, finishes what was taken in as far as that is possible within so many milliseconds, and
   * lets go of everything. Resolves to how many changes are left for the next start. Repeating it is harmless.
   */
  close(milliseconds: number): Promise<{ readonly left: number }>;
}

/**
 * Serves a data directory: the API, the renditions, the forms of upload tickets, and a worker that renders what is
 * open, first of all what an earlier process left. Throws `invalid-input` for an address that it may not or cannot
 * have, before anything is made.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = "127.0.0.1", port = 3000, token, origins = [] } = options;
  const access = accessOf({ host, origins, token });
  // The port must be known before the URLs in records are: requests that come in between wait until all is open.
  let open: (api: HttpApi) => void = () => {};
  const opened = new Promise<HttpApi>((resolve) => {
    open = resolve;
  });
  const server = createAdaptorServer({
    fetch: async (request, env) => {
      const answer = await (await opened).fetch(request, env);
      await passOverUnreadBody(env as HttpBindings);
      return answer;
    },
    overrideGlobalObjects: false,
  }) as Server;
  const url = urlOf(host, await listen(server, { host, port }));
  try {
    const backend = await openBackend(url, access, options);
    open(backend.api);
    let closing: Promise<{ left: number }> | undefined;
    return {
      url,
      close(milliseconds) {
        closing ??= shutDown(server, backend, milliseconds);
        return closing;
      },
    };
  } catch (error) {
    server.close();
    server.closeAllConnections();
    throw error;
  }
}
