import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { SafelightError } from "../../domain/model/errors.js";

/** Resolves to the URL, for whoever is to reach it, once the server listens. Throws `invalid-input` for an address that it cannot have, and says why. */
export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<string> {
  try {
    await once(server.listen({ host, port }), "listening");
  } catch (error) {
    throw createListenError(host, port, error);
  }
  // Addresses that stand for all addresses of the machine: a client can send nothing to them.
  const reachable = host === "0.0.0.0" || host === "::" ? findOutwardAddress() : host;
  const { port: taken } = server.address() as AddressInfo;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${taken}`;
}

function createListenError(host: string, port: number, cause: unknown): SafelightError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `expected a free port for --port but received ${port}, which another program uses; choose another port, or 0 for any free one`,
    EACCES: `expected a port that this user may listen on for --port but received ${port}; choose one from 1024 up`,
    EADDRNOTAVAIL: `expected an address of this machine for --host but received ${host}`,
    ENOTFOUND: `expected an address of this machine for --host but received ${host}`,
  };
  const sentence =
    sentences[code] ??
    `listening on ${host}, port ${port}, failed (${code}); choose another --host or --port`;
  return new SafelightError("invalid-input", sentence, { cause });
}

function findOutwardAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "127.0.0.1";
}
