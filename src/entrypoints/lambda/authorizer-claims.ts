import type { Authorize } from "../http/index.js";
import type { ApiSettings } from "./settings.js";

/** The caller of a request, as an API Gateway HTTP API describes it; empty if the route has no authorizer. */
interface Authorizer {
  readonly jwt?: {
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly scopes?: readonly string[] | null;
  };
  readonly iam?: { readonly userArn?: unknown };
}

/**
 * The gateway has checked the signature; this decides by what it found. With IAM the gateway allows or refuses each
 * route by the caller's policies, so that whoever got here may, and is nobody's owner. With a JWT the caller's scopes say
 * what they may, and one of its claims who they are; `bound` binds them to it, and refuses a token that says it of nobody.
 * Whoever comes without either is unknown: a route whose authorizer was forgotten is closed, not open.
 */
export function authorizeByClaims({ scopes, ownerClaim, bound, open }: ApiSettings): Authorize {
  return (_request, permission, env) => {
    if (open) return "allowed";
    const { jwt, iam } = readAuthorizer(env);
    if (typeof iam?.userArn === "string" && iam.userArn !== "") return "allowed";
    if (!jwt) return "unauthenticated";
    if (!readScopes(jwt).includes(scopes[permission])) return "forbidden";
    const owner = jwt.claims?.[ownerClaim];
    if (typeof owner === "string" && owner !== "") return { owner, ...(bound && { bound }) };
    return bound ? "forbidden" : "allowed";
  };
}

function readAuthorizer(env: unknown): Authorizer {
  const { requestContext } = (env ?? {}) as { requestContext?: { authorizer?: Authorizer } };
  return requestContext?.authorizer ?? {};
}

/** The scopes are those of the token: `scopes` beside it are only those that the route asks for. */
function readScopes({ claims = {} }: NonNullable<Authorizer["jwt"]>): readonly string[] {
  return [claims.scope, claims.scp].flatMap((claim) => {
    if (Array.isArray(claim)) return claim.map(String);
    // The gateway writes a list as `[a b]`.
    return typeof claim === "string" ? claim.replace(/^\[|\]$/g, "").split(/[\s,]+/) : [];
  });
}
