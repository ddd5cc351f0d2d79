import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { RunningServer } from "../postgres/index.js";
import type { Decide } from "./faults.js";
import { readStatement, WireMessages } from "./postgres-wire.js";

/** A way to a server on which statements and connections get lost. */
export interface PostgresProxy {
  readonly connectionString: string;
  /** Cuts every connection, and refuses so many new ones; 0 ends it. */
  beginOutage(attempts: number): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of a server; `decide` is asked for each statement. */
export async function startPostgresProxy({ host }: RunningServer, decide: Decide): Promise<PostgresProxy> {
  const open = new Set<Socket>();
  let refused = 0;
  const beginOutage = (attempts: number) => {
    refused = attempts;
    for (const socket of open) socket.destroy();
  };
  const server = createServer((client) => {
    if (refused > 0) {
      refused -= 1;
      client.destroy();
      return;
    }
    const upstream = connect(join(host, ".s.PGSQL.5432"));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
    passMessages(client, upstream, (statement) => {
      const fault = decide(statement);
      if (fault.type === "outage") beginOutage(fault.attempts);
      return fault.type;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    connectionString: `postgresql://safelight@127.0.0.1:${port}/postgres`,
    beginOutage,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Passes the messages of one connection on, statement by statement. */
function passMessages(client: Socket, upstream: Socket, decide: (statement: string) => string): void {
  const asked = new WireMessages({ fromClient: true });
  const answered = new WireMessages({ fromClient: false });
  let held: Buffer[] = [];
  let statement = "";
  let [isUnanswered, isSilent] = [false, false];
  client.on("data", (chunk) => {
    for (const message of asked.read(chunk)) {
      held.push(message.bytes);
      statement = readStatement(message) ?? statement;
      // Parse, Bind, Describe and Execute wait for their Sync: a statement is passed on whole or not at all.
      if ("PBDE".includes(message.type) && message.type !== "") continue;
      if ("QS".includes(message.type) && message.type !== "") {
        const fault = decide(statement);
        isUnanswered = fault === "unanswered";
        isSilent = fault === "silent";
        if (fault === "refused" || fault === "outage") client.destroy();
      }
      if (!client.destroyed && !isSilent) upstream.write(Buffer.concat(held));
      held = [];
    }
  });
  upstream.on("data", (chunk) => {
    for (const { type, bytes } of answered.read(chunk)) {
      if (!isUnanswered) client.write(bytes);
      // Ready for the next statement: this one is done, for whoever looks from elsewhere too.
      else if (type === "Z") client.destroy();
    }
  });
}
