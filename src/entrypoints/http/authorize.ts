import { createHash, timingSafeEqual } from "node:crypto";
import { invalidInput, SafelightError } from "../../domain/model/errors.js";
import { checkOwnerName } from "../../domain/model/owner.js";

/** Permission to read or to change. Neither includes the other. */
export type Permission = "read" | "write";

/** The verdict on a request: it may proceed, the caller is unknown, or the caller lacks the permission. */
export type Verdict = "allowed" | "unauthenticated" | "forbidden";

/** A caller who has the permission and is known by name. */
export interface Caller {
  /** The owner of the caller's uploads, if the configuration says `uploads.owner: "caller"`; at most 200 bytes of UTF-8. */
  readonly owner: string;
  /**
   * Whether the caller is bound to `owner`: sees, edits, processes and removes only that owner's images, and uploads only as
   * that owner. Any other image is to them as if there were none. Default false.
   */
  readonly bound?: boolean;
}

/**
 * Decides whether a request has a permission. Returning a {@link Caller} allows it and names the caller. `env` is what the
 * platform passes beside the request, such as the event of a Lambda function.
 */
export type Authorize = (
  request: Request,
  permission: Permission,
  env: unknown,
) => Verdict | Caller | Promise<Verdict | Caller>;

/** Lets everybody do everything. For a server that only its owner can reach, or one that is public on purpose. */
export function allowAll(): Authorize {
  return () => "allowed";
}

/** A token and what whoever sends it may do. */
export interface BearerToken extends Partial<Caller> {
  readonly token: string;
  readonly permissions: readonly Permission[];
}

/** Shorter tokens can be guessed. */
const MIN_TOKEN_LENGTH = 16;

/**
 * Gives whoever sends `Authorization: Bearer <token>` that token's permissions, and its `owner` if it has one; `bound` shows
 * it that owner's images alone. Tokens are compared in constant time. Throws `invalid-input` for a token of fewer than 16
 * characters or with characters that no header can carry, for an owner that cannot be one, and for a token that is bound to none.
 */
export function bearerTokens(tokens: readonly BearerToken[]): Authorize {
  const known = tokens.map(({ token, permissions, ...caller }) => ({
    digest: digestToken(checkToken(token)),
    permissions,
    verdict: toVerdict(caller),
  }));
  return (request, permission) => {
    const [, given] = /^Bearer +([^\s]+) *$/i.exec(request.headers.get("authorization") ?? "") ?? [];
    if (given === undefined) return "unauthenticated";
    const digest = digestToken(given);
    // Every token is compared, whichever matches: the time taken reveals nothing.
    const matches = known.filter((one) => timingSafeEqual(one.digest, digest));
    if (matches.length === 0) return "unauthenticated";
    return matches.find(({ permissions }) => permissions.includes(permission))?.verdict ?? "forbidden";
  };
}

function toVerdict({ owner, bound = false }: Partial<Caller>): "allowed" | Caller {
  if (owner !== undefined) return { owner: checkOwnerName(owner), ...(bound && { bound }) };
  if (bound) throw invalidInput("the name of an owner", "the owner of a bound token", owner);
  return "allowed";
}

/** Digests have one length, which `timingSafeEqual` requires. */
function digestToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function checkToken(token: string): string {
  if (token.length >= MIN_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token)) return token;
  // Not even a wrong token is shown.
  throw new SafelightError(
    "invalid-input",
    `expected at least ${MIN_TOKEN_LENGTH} printable ASCII characters without spaces for the token but received ${token.length} characters; create one with: openssl rand -hex 32`,
  );
}
