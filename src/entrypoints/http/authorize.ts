import { createHash, timingSafeEqual } from "node:crypto";
import { SafelightError } from "../../domain/model/errors.js";

/** What somebody may be allowed: to look, or to change. Neither includes the other. */
export type Permission = "read" | "write";

/** Whether a request may go on: it may, nobody knows who asks, or who asks may not. */
export type Verdict = "allowed" | "unauthenticated" | "forbidden";

/** Decides whether a request has a permission. `env` is what the platform knows beside it, such as the event of a Lambda function. */
export type Authorize = (
  request: Request,
  permission: Permission,
  env: unknown,
) => Verdict | Promise<Verdict>;

/** Everybody may do everything. Only for a server that nobody but its owner can reach, or when that is what is wanted. */
export function open(): Authorize {
  return () => "allowed";
}

/** Shorter ones can be guessed. */
const SHORTEST = 16;

/**
 * Who sends one of these tokens as `Authorization: Bearer <token>` has its permissions. Tokens are compared in
 * constant time. Throws `invalid-input` for a token of fewer than 16 characters or with characters that no header can carry.
 */
export function bearerTokens(
  tokens: readonly { token: string; permissions: readonly Permission[] }[],
): Authorize {
  const known = tokens.map(({ token, permissions }) => ({ digest: digestOf(checked(token)), permissions }));
  return (request, permission) => {
    const [, given] = /^Bearer +([^\s]+) *$/i.exec(request.headers.get("authorization") ?? "") ?? [];
    if (given === undefined) return "unauthenticated";
    const digest = digestOf(given);
    // Every token is compared, whichever matches: how long it takes tells nothing.
    const matches = known.filter((one) => timingSafeEqual(one.digest, digest));
    if (matches.length === 0) return "unauthenticated";
    return matches.some(({ permissions }) => permissions.includes(permission)) ? "allowed" : "forbidden";
  };
}

/** Equally long for every token, as a comparison in constant time needs it. */
function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function checked(token: string): string {
  if (token.length >= SHORTEST && /^[\x21-\x7e]+$/.test(token)) return token;
  // Not even a wrong token is shown.
  throw new SafelightError(
    "invalid-input",
    `expected at least ${SHORTEST} printable ASCII characters without spaces for the token but received ${token.length} characters; make one with: openssl rand -hex 32`,
  );
}
