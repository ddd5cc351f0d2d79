import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** The URL of a server for whoever is to reach it. */
export function urlOf(host: string, port: number): string {
  const reachable = isEverywhere(host) ? outwardAddress() : host;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}

/** Addresses that stand for all addresses of the machine; a client can send nothing to them. */
function isEverywhere(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

function outwardAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "127.0.0.1";
}
