import { DEFAULT_SCOPES } from "../../src/entrypoints/lambda/settings.js";
import type { ApiAuthorization } from "../props/api-props.js";

/** The scope that a token needs for each kind of route; left out, the one that the functions look for by themselves. */
export function resolveScopes(authorization: ApiAuthorization): {
  readonly read: string;
  readonly write: string;
} {
  const { read, write } = (authorization.type === "jwt" && authorization.scopes) || {};
  return { read: read ?? DEFAULT_SCOPES.read, write: write ?? DEFAULT_SCOPES.write };
}
