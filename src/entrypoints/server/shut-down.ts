import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as timer } from "node:timers/promises";
import type { Backend } from "./backend.js";

/** Milliseconds between two looks for connections that are kept alive with nothing to say. */
const INTERVAL = 50;

/**
 * Ends a server in order: nothing more is taken in, requests that are under way are answered, what was taken in is
 * rendered, and then everything is let go of. What is not done after so many milliseconds is left, as after a crash,
 * to the next start: it is all written down. Resolves to how much that is.
 */
export async function shutDown(
  server: Server,
  { settler, watch, open, close }: Backend,
  milliseconds: number,
): Promise<{ left: number }> {
  const end = performance.now() + milliseconds;
  const answered = once(server.close(), "close");
  const closer = setInterval(() => server.closeIdleConnections(), INTERVAL);
  // It does not keep the process alive for itself.
  const late = timer(milliseconds, undefined, { ref: false });
  await Promise.race([Promise.all([answered, watch?.close()]), late]);
  clearInterval(closer);
  const done = await settler.finish(Math.max(0, end - performance.now()));
  server.closeAllConnections();
  // What others have in hand in the same directory is not this server's.
  const left = done ? 0 : open();
  await close();
  return { left };
}
