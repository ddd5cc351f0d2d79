import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Milliseconds of silence after which nobody waits any longer for the rest of a request, once the server stops. */
const PATIENCE_MILLISECONDS = 1_000;

/** A connection, and what is known of what its client sends. */
interface Connection {
  /** The latest request whose head has arrived. */
  request?: IncomingMessage;
  answer?: ServerResponse;
  received: number;
  heardAt: number;
}

/** The connections of a server on which a request has begun and does not go on: one of them would hold a stop up to its end. */
export class SilentConnections {
  readonly #connections = new Map<Socket, Connection>();

  /** Follows the connections of this server from now on. */
  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      this.#connections.set(socket, { received: 0, heardAt: performance.now() });
      socket.once("close", () => this.#connections.delete(socket));
    });
    const remember = (request: IncomingMessage, answer: ServerResponse) => {
      const connection = this.#connections.get(request.socket);
      if (connection) Object.assign(connection, { request, answer });
    };
    server.on("request", remember).on("checkContinue", remember);
  }

  /** Ends those that were silent for a second. A request that has arrived whole is not silent: its client waits. */
  end(): void {
    const now = performance.now();
    for (const [socket, connection] of this.#connections) {
      const isMoving = socket.bytesRead !== connection.received;
      if (isMoving) Object.assign(connection, { received: socket.bytesRead, heardAt: now });
      if (connection.request?.complete && !connection.answer?.writableFinished) continue;
      if (!isMoving && now - connection.heardAt >= PATIENCE_MILLISECONDS) socket.destroy();
    }
  }
}
