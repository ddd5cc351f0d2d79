import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SafelightError } from "../../domain/model/errors.js";

/** Resolves to the port once the server listens. Throws `invalid-input` for an address that it cannot have, and says why. */
export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<number> {
  try {
    await once(server.listen({ host, port }), "listening");
  } catch (error) {
    throw refused(host, port, error);
  }
  return (server.address() as AddressInfo).port;
}

function refused(host: string, port: number, cause: unknown): SafelightError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `expected a free port for --port but received ${port}, which another program listens on; choose another one, or 0 for any that is free`,
    EACCES: `expected a port that this user may listen on for --port but received ${port}; choose one from 1024`,
    EADDRNOTAVAIL: `expected an address of this machine for --host but received ${host}`,
    ENOTFOUND: `expected an address of this machine for --host but received ${host}`,
  };
  const sentence = sentences[code] ?? `expected to listen on ${host}, port ${port}, but received ${code}`;
  return new SafelightError("invalid-input", sentence, { cause });
}
