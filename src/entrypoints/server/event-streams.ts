import type { Socket } from "node:net";
import type { HttpBindings } from "@hono/node-server";

/** Milliseconds that nothing is read of a stream after which its reader is given up: several heartbeats. */
const STALLED_MILLISECONDS = 60_000;

/** Milliseconds that a stream that has ended has to reach its reader while the server stops. */
const END_MILLISECONDS = 500;

/** The connections on which events are streamed: a reader that has stopped to read would hold them, and a stop. */
export class EventStreams {
  readonly #sockets = new Set<Socket>();

  /** Looks after the connection of this answer, if it is a stream of events. */
  watch(answer: Response, { incoming }: HttpBindings): void {
    if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) return;
    const { socket } = incoming;
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.setTimeout(STALLED_MILLISECONDS, () => socket.destroy());
  }

  /** Ends the connections of streams that have ended, at the latest after half a second. */
  end(): void {
    for (const socket of this.#sockets) setTimeout(() => socket.destroy(), END_MILLISECONDS).unref();
  }
}
