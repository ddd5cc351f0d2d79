import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { setTimeout as timer } from "node:timers/promises";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { HttpApi } from "../http/index.js";
import { resolveAccess } from "./access.js";
import type { Backend, OpenBackend } from "./backend.js";
import { EventStreams } from "./event-streams.js";
import { sendContinueWhenRead } from "./expected-continue.js";
import { listen } from "./listen.js";
import { openLocalBackend } from "./local-backend.js";
import { answerParseErrors, refuseMalformedRequest } from "./malformed-requests.js";
import type { LocalServerOptions, ServerOptions, SharedServerOptions } from "./server-options.js";
import { openSharedBackend } from "./shared-backend.js";
import { SilentConnections } from "./silent-connections.js";
import { drainUnreadBody } from "./unread-body.js";

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

/** Milliseconds between two looks for connections that have nothing to say, or say nothing. */
const IDLE_CHECK_MILLISECONDS = 50;

/**
 * Serves a data directory: the API, the renditions, the forms of upload tickets, and a worker that renders what is
 * open, first of all what an earlier process left. Throws `invalid-input` for an address that it may not or cannot
 * have, before anything is made.
 */
export function startServer(options: LocalServerOptions): Promise<RunningServer> {
  return serveBackend(options, openLocalBackend);
}

/**
 * Serves stores that are shared with other processes: the API, the renditions, and a worker unless others work the queue.
 * Throws as {@link startServer} does.
 */
export function startSharedServer(options: SharedServerOptions): Promise<RunningServer> {
  return serveBackend(options, openSharedBackend);
}

async function serveBackend<Options extends ServerOptions>(
  options: Options,
  openBackend: OpenBackend<Options>,
): Promise<RunningServer> {
  const { host = "127.0.0.1", port = 3000 } = options;
  const access = resolveAccess(host, options);
  // The port must be known before the URLs in records are: requests that come in between wait until all is open.
  let open: (api: HttpApi) => void = () => {};
  const opened = new Promise<HttpApi>((resolve) => {
    open = resolve;
  });
  const listener = getRequestListener(
    async (request, env) => {
      const answer = await (await opened).fetch(request, env);
      await drainUnreadBody(env as HttpBindings);
      streams.watch(answer, env as HttpBindings);
      return answer;
    },
    { errorHandler: refuseMalformedRequest, overrideGlobalObjects: false },
  );
  // Without a Host there is no URL, and the listener answers that with problem details.
  const server = createServer({ requireHostHeader: false }, listener);
  answerParseErrors(server);
  sendContinueWhenRead(server);
  const silent = new SilentConnections(server);
  const streams = new EventStreams();
  const url = await listen(server, { host, port });
  try {
    const backend = await openBackend(url, access, options);
    // Without a file descriptor left, no connection is accepted. That passes, and without a listener it would end the process.
    server.on("error", (error) => backend.log("error", "connection not accepted", { error: String(error) }));
    open(backend.api);
    let closing: Promise<{ left: number }> | undefined;
    return {
      url,
      close(milliseconds) {
        closing ??= shutDown(server, { silent, streams }, backend, milliseconds);
        return closing;
      },
    };
  } catch (error) {
    server.close();
    server.closeAllConnections();
    throw error;
  }
}

/**
 * Ends a server in order: nothing more is taken in, requests that are under way are answered, what was taken in is
 * rendered, and then everything is let go of. What is not done after so many milliseconds is left, as after a crash,
 * to the next start: it is all written down. Resolves to how much that is.
 */
async function shutDown(
  server: Server,
  { silent, streams }: { readonly silent: SilentConnections; readonly streams: EventStreams },
  { stopTaking, finish, countOpenChanges, endStreams, close }: Backend,
  milliseconds: number,
): Promise<{ left: number }> {
  const end = performance.now() + milliseconds;
  const answered = once(server.close(), "close");
  endStreams();
  streams.end();
  const closer = setInterval(() => {
    server.closeIdleConnections();
    silent.end();
  }, IDLE_CHECK_MILLISECONDS);
  // It does not keep the process alive for itself.
  const finished = new AbortController();
  const late = timer(milliseconds, undefined, { ref: false, signal: finished.signal }).catch(() => {});
  await Promise.race([Promise.all([answered, stopTaking()]), late]);
  finished.abort();
  clearInterval(closer);
  await finish(Math.max(0, end - performance.now()));
  server.closeAllConnections();
  // Counted, whatever the settler said: an upload may have been accepted after it had finished.
  try {
    return { left: countOpenChanges() };
  } finally {
    await close();
  }
}
