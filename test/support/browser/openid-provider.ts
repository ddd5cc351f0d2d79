import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Authorize } from "../../../src/entrypoints/http/index.js";
import { DEFAULT_SCOPES } from "../../../src/entrypoints/lambda/settings.js";

/** A provider of OpenID Connect whose users are whoever says a name. */
export interface OpenIdProvider {
  readonly issuer: string;
  /** Allows whoever has a token of this provider. */
  readonly authorize: Authorize;
  /** Begins to serve, for a page at this URL. */
  admit(page: string): Promise<void>;
  close(): Promise<void>;
}

/** The scopes that the functions on AWS look for. */
const SCOPES = Object.values(DEFAULT_SCOPES);

/** Has access tokens be JWTs for one audience, whether or not the page asks for it. */
function createTokens(audience: string) {
  return {
    enabled: true,
    defaultResource: () => "https://images.example",
    useGrantedResource: () => true,
    getResourceServerInfo: () => ({ scope: SCOPES.join(" "), audience, accessTokenFormat: "jwt" }),
  };
}

/** Starts a real provider on a port of this machine; with an audience its access tokens are JWTs. */
export async function startOpenIdProvider({
  audience,
}: {
  readonly audience?: string;
} = {}): Promise<OpenIdProvider> {
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
            post_logout_redirect_uris: [page],
            token_endpoint_auth_method: "none",
            grant_types: ["authorization_code"],
            response_types: ["code"],
          },
        ],
        pkce: { required: () => true },
        scopes: ["openid", "offline_access", ...SCOPES],
        features: {
          devInteractions: { enabled: true },
          ...(audience !== undefined && { resourceIndicators: createTokens(audience) }),
        },
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
