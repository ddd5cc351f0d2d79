import { createPublicKey, type JsonWebKeyInput, verify } from "node:crypto";

/** Whose tokens a gateway's JWT authorizer takes. */
export interface JwtOptions {
  readonly issuer: string;
  readonly audience: string;
}

/** The parts of a token that a gateway looks at. */
interface Claims {
  readonly iss: string;
  readonly aud?: string;
  readonly exp: number;
  readonly scope?: string;
}

/**
 * Decides about a bearer token as the JWT authorizer of an HTTP API does: its signature by the issuer's keys, its issuer, its
 * audience, its time, and one scope. Resolves to the status of a refusal, or to what the function behind is told.
 */
export async function authorizeByToken(
  header: string | undefined,
  scope: string,
  { issuer, audience }: JwtOptions,
): Promise<401 | 403 | { readonly jwt: { readonly claims: Claims; readonly scopes: readonly string[] } }> {
  const [head = "", body = "", signature = ""] = (header ?? "").replace(/^Bearer /, "").split(".");
  const claims = await readClaims({ head, body, signature }, issuer);
  if (!claims || claims.iss !== issuer || claims.aud !== audience) return 401;
  if (claims.exp * 1_000 < Date.now()) return 401;
  return claims.scope?.split(" ").includes(scope) ? { jwt: { claims, scopes: [scope] } } : 403;
}

async function readClaims(
  { head, body, signature }: Readonly<Record<"head" | "body" | "signature", string>>,
  issuer: string,
): Promise<Claims | undefined> {
  try {
    const parse = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    const { kid, alg } = parse(head) as { kid: string; alg: string };
    const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: { kid: string }[] };
    const key = keys.find((one) => one.kid === kid);
    if (!key || alg !== "RS256") return undefined;
    const input: JsonWebKeyInput = { key, format: "jwk" };
    const isSigned = verify(
      "RSA-SHA256",
      Buffer.from(`${head}.${body}`),
      createPublicKey(input),
      Buffer.from(signature, "base64url"),
    );
    return isSigned ? (parse(body) as Claims) : undefined;
  } catch {
    return undefined;
  }
}
