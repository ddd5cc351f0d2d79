import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A part of a trace as the SDK sends it, as far as the tests look at it. */
export interface TracePart {
  readonly name: string;
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id: string;
  readonly namespace?: string;
  readonly aws?: { readonly operation: string; readonly region: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly error?: boolean;
  readonly fault?: boolean;
}

/** Starts what X-Ray's daemon is to a function: a UDP socket that takes parts of traces. */
export async function startTraceDaemon() {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const parts: TracePart[] = [];
  socket.on("message", (message) => {
    const text = String(message);
    // A line about the format comes first.
    parts.push(JSON.parse(text.slice(text.indexOf("\n") + 1)));
  });
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    /** Everything that came before and with this many parts of one name. */
    async awaitParts(name: string, count: number): Promise<readonly TracePart[]> {
      while (parts.filter((part) => part.name === name).length < count) await once(socket, "message");
      return parts;
    },
    close: () => socket.close(),
  };
}
