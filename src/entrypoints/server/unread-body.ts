import type { HttpBindings } from "@hono/node-server";
import { isBodyUnsent } from "./expected-continue.js";

/** Milliseconds for which the rest of a body is awaited that nobody wants any more. */
const DRAIN_MILLISECONDS = 500;

/** Most bytes of it that are taken. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/**
 * An answer may be known before its request has come in whole. A client that is still writing when the connection
 * closes sees a broken connection instead of the answer, so the rest is first read and thrown away, within bounds. A
 * body that goes on beyond them ends its connection, and the client is told so.
 */
export async function drainUnreadBody({ incoming, outgoing }: HttpBindings): Promise<void> {
  const { "content-length": length = "0", "transfer-encoding": encoding } = incoming.headers;
  const hasBody = encoding !== undefined || length !== "0";
  if (!hasBody || incoming.readableEnded || incoming.destroyed) return;
  // Nothing is on its way yet; what comes is sent without having been asked for.
  if (isBodyUnsent(incoming)) return void outgoing.setHeader("connection", "close");
  const whole = await new Promise<boolean>((resolve) => {
    const patience = setTimeout(() => finish(false), DRAIN_MILLISECONDS);
    let taken = 0;
    const finish = (ended: boolean) => {
      clearTimeout(patience);
      incoming.pause();
      resolve(ended);
    };
    // Whoever read it before would keep what comes, and pause it.
    incoming.removeAllListeners("data");
    incoming.on("data", (chunk: Uint8Array) => {
      taken += chunk.byteLength;
      if (taken > MAX_DRAINED_BYTES) finish(false);
    });
    incoming.once("end", () => finish(true)).once("close", () => finish(false));
    incoming.resume();
  });
  if (!whole && !outgoing.headersSent) outgoing.setHeader("connection", "close");
}
