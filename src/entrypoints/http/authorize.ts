import { createHash, timingSafeEqual } from "node:crypto";
import { SafelightError } from "../../domain/model/errors.js";
import { ownerName } from "../../domain/model/owner.js";

/** What somebody may be allowed: to look, or to change. Neither includes the other. */
export type Permission = "read" | "write";

/** Whether a request may go on: it may, nobody knows who asks, or who asks may not. */
export type Verdict = "allowed" | "unauthenticated" | "forbidden";

/** Somebody who may go on and is known by name. */
export interface Caller {
  /** Whose that is what the caller uploads, where the configuration says `uploads.owner: "caller"`; at most 200 bytes of UTF-8. */
  readonly owner: string;
}

/**
 * Decides whether a request has a permission; who is known, too, may. `env` is what the platform knows beside the request,
 * such as the event of a Lambda function.
 */
export type Authorize = (
  request: Request,
  permission: Permission,
  env: unknown,
) => Verdict | Caller | Promise<Verdict | Caller>;

/** Everybody may do everything. Only for a server that nobody but its owner can reach, or when that is what is wanted. */
export function open(): Authorize {
  return () => "allowed";
}

/** Shorter ones can be guessed. */
const SHORTEST = 16;

/**
 * Who sends one of these tokens as `Authorization: Bearer <token>` has its permissions, and is its `owner` if it has one.
 * Tokens are compared in constant time. Throws `invalid-input` for a token of fewer than 16 characters or with characters
 * that no header can carry, and for an owner that cannot be one.
 */
export function bearerTokens(
  tokens: readonly { token: string; permissions: readonly Permission[]; owner?: string }[],
): Authorize {
  const known = tokens.map(({ token, permissions, owner }) => ({
    digest: digestOf(checked(token)),
    permissions,
    verdict: owner === undefined ? ("allowed" as const) : { owner: ownerName(owner) },
  }));
  return (request, permission) => {
    const [, given] = /^Bearer +([^\s]+) *$/i.exec(request.headers.get("authorization") ?? "") ?? [];
    if (given === undefined) return "unauthenticated";
    const digest = digestOf(given);
    // Every token is compared, whichever matches: how long it takes tells nothing.
    const matches = known.filter((one) => timingSafeEqual(one.digest, digest));
    if (matches.length === 0) return "unauthenticated";
    return matches.find(({ permissions }) => permissions.includes(permission))?.verdict ?? "forbidden";
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
