import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Authorize } from "../../../src/entrypoints/http/index.js";

/** A provider of OpenID Connect whose users are whoever says a name. */
export interface OpenIdProvider {
  readonly issuer: string;
  /** Allows whoever has a token of this provider. */
  readonly authorize: Authorize;
  /** Begins to serve, for a page at this URL. */
  admit(page: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a real provider on a port of this machine. */
export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  // It warns of everything that is for development only, which this is.
  const { info, warn } = console;
  console.info = console.warn = () => {};
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    authorize: async (request) => {
      const authorization = request.headers.get("authorization");
      if (authorization === null) return "unauthenticated";
      const told = await fetch(`${issuer}/me`, { headers: { authorization } });
      return told.ok ? "allowed" : "unauthenticated";
    },
    async admit(page) {
      const { default: Provider } = await import("oidc-provider");
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: "dashboard",
            redirect_uris: [page],
            token_endpoint_auth_method: "none",
            grant_types: ["authorization_code"],
            response_types: ["code"],
          },
        ],
        pkce: { required: () => true },
        features: { devInteractions: { enabled: true } },
        clientBasedCORS: () => true,
        cookies: { keys: ["a key of the tests"] },
        findAccount: (_context: unknown, accountId: string) => ({
          accountId,
          claims: () => ({ sub: accountId }),
        }),
      });
      answer = provider.callback();
    },
    async close() {
      Object.assign(console, { info, warn });
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
