import * as oauth from "oauth4webapi";
import { ApiError } from "../../http/client/index.js";
import type { OpenIdSettings, Settings } from "./settings.js";

/** All that is remembered of a sign-in that is under way, for this tab alone. */
interface Journey {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** The query of the view that the reader came from. */
  readonly query: string;
}

interface Tokens {
  readonly sent: string;
  /** Tells the provider later who signs out. */
  readonly identity?: string;
  readonly refresh?: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const JOURNEY = "safelight-sign-in";

/** Renewed so long before they expire that a request under way is still taken, in milliseconds. */
const RESERVE = 30_000;

/** Tokens are held in memory only: no storage has them, and a reload signs in anew, without a question where the provider remembers. */
let tokens: Tokens | undefined;

/** Sends the reader to the provider: authorization code with PKCE (RFC 7636), and a nonce and a state of this tab. */
export async function leaveForProvider({ openid }: Settings): Promise<void> {
  const { server, client, settings } = await discover(openid);
  const verifier = oauth.generateRandomCodeVerifier();
  const journey: Journey = {
    verifier,
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    query: location.search,
  };
  if (!server.authorization_endpoint) throw new Error("the provider has no page to sign in at");
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    client_id: client.client_id,
    redirect_uri: getOwnUrl(),
    response_type: "code",
    scope: ["openid", settings.scope ?? ""].join(" ").trim(),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: journey.state,
    nonce: journey.nonce,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  sessionStorage.setItem(JOURNEY, JSON.stringify(journey));
  location.assign(url);
}

/**
 * Takes the code that the provider sent the reader back with. Resolves to how the token for a request is read, or to
 * `undefined` if nobody comes from the provider. Throws what the provider refuses.
 */
export async function returnFromProvider({ openid }: Settings): Promise<(() => Promise<string>) | undefined> {
  const kept = sessionStorage.getItem(JOURNEY);
  const answer = new URLSearchParams(location.search);
  if (kept === null || !(answer.has("code") || answer.has("error"))) return undefined;
  sessionStorage.removeItem(JOURNEY);
  const { verifier, state, nonce, query } = JSON.parse(kept) as Journey;
  const back = new URL(location.href);
  history.replaceState(null, "", `./${query}`);
  globalThis.dispatchEvent(new PopStateEvent("popstate"));
  const { server, client, settings } = await discover(openid);
  const parameters = oauth.validateAuthResponse(server, client, back, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    getOwnUrl(),
    verifier,
    allowPlainHttp(settings),
  );
  const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  tokens = readTokens(settings, result);
  return () => readFreshToken(settings);
}

/** Forgets the tokens. */
export function forgetTokens(): void {
  tokens = undefined;
}

/**
 * Forgets the tokens and sends the reader to the provider to sign out there too, where it has a page for that: otherwise it
 * would let the next one in without a question. It sends them back.
 */
export async function signOutAtProvider({ openid }: Settings): Promise<void> {
  const identity = tokens?.identity;
  tokens = undefined;
  const { server, client } = await discover(openid);
  if (!server.end_session_endpoint) return;
  const url = new URL(server.end_session_endpoint);
  const parameters = {
    client_id: client.client_id,
    post_logout_redirect_uri: getOwnUrl(),
    // Cognito's own name for it.
    logout_uri: getOwnUrl(),
    ...(identity !== undefined && { id_token_hint: identity }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
}

async function readFreshToken(settings: OpenIdSettings): Promise<string> {
  if (tokens && tokens.expiresAt - RESERVE < Date.now()) tokens = await renewTokens(settings, tokens);
  if (!tokens) throw new ApiError("unauthenticated", "the sign-in has ended");
  return tokens.sent;
}

async function renewTokens(given: OpenIdSettings, { refresh }: Tokens): Promise<Tokens | undefined> {
  if (refresh === undefined) return undefined;
  const { server, client, settings } = await discover(given);
  const response = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    refresh,
    allowPlainHttp(settings),
  );
  const result = await oauth.processRefreshTokenResponse(server, client, response);
  const { identity } = tokens ?? {};
  return { refresh, ...(identity !== undefined && { identity }), ...readTokens(settings, result) };
}

function readTokens({ tokenKind = "access" }: OpenIdSettings, result: oauth.TokenEndpointResponse): Tokens {
  const sent = tokenKind === "id" ? result.id_token : result.access_token;
  if (sent === undefined) throw new Error("the provider sent no identity token");
  return {
    sent,
    ...(result.id_token !== undefined && { identity: result.id_token }),
    ...(result.refresh_token !== undefined && { refresh: result.refresh_token }),
    expiresAt: Date.now() + (result.expires_in ?? 300) * 1_000,
  };
}

async function discover(settings: OpenIdSettings | undefined) {
  if (!settings) throw new Error("the page was set up without a provider");
  const issuer = new URL(settings.issuer);
  const response = await oauth.discoveryRequest(issuer, allowPlainHttp(settings));
  const server = await oauth.processDiscoveryResponse(issuer, response);
  const client: oauth.Client = { client_id: settings.clientId, token_endpoint_auth_method: "none" };
  return { server, client, settings };
}

/** Only a provider on this very machine may be reached without encryption. */
function allowPlainHttp({ issuer }: OpenIdSettings) {
  const { hostname } = new URL(issuer);
  const isHere = hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
  return { [oauth.allowInsecureRequests]: isHere };
}

/** Where the provider sends people back to: the page without its query. */
function getOwnUrl(): string {
  return `${location.origin}${location.pathname}`;
}
