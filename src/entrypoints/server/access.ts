import { quote, SafelightError } from "../../domain/model/errors.js";
import { type Authorize, bearerTokens } from "../http/index.js";
import { isLoopback, refuseOtherSites } from "./cross-site-requests.js";
import type { ServerOptions } from "./server-options.js";

/** The access rules of a server. */
export interface Access {
  /** For the API. */
  readonly authorize: Authorize;
  /** For every request: it throws for what no program of this machine sends by itself. Absent: nothing is refused. */
  readonly guard?: (request: Request) => void;
}

/**
 * With a token everybody needs it, on every address. Without one, the server may only be reached from this machine,
 * where it is open, except to web pages of other sites than `origins`. Throws `invalid-input` for a server that strangers could
 * reach without a token, and for a token that can be guessed.
 */
export function resolveAccess(host: string, { token, origins = [] }: ServerOptions): Access {
  if (token !== undefined && token !== "") {
    const authorize = bearerTokens([{ token, permissions: ["read", "write"] }]);
    return { authorize };
  }
  if (isLoopback(host)) {
    const refuse = refuseOtherSites(origins);
    return {
      guard: (request) => void refuse(request, "embedding"),
      authorize: (request, permission) => refuse(request, permission === "read" ? "reading" : "writing"),
    };
  }
  throw new SafelightError("invalid-input", listAccessFaults(host, token).join("; "));
}

/** Lists what is wrong with an address that strangers could reach without a token. */
export function listAccessFaults(host: string, token: string | undefined): readonly string[] {
  if (token || isLoopback(host)) return [];
  return [
    `expected a token in the environment variable SAFELIGHT_TOKEN for --host ${quote(host)}, which other machines can reach, but received none; create one with: openssl rand -hex 32`,
  ];
}
