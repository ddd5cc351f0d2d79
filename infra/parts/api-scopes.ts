import { readApiSettings } from "../../src/entrypoints/lambda/api-settings.js";
import type { ApiAuthorization } from "../image-pipeline-props.js";

/** The scope that a token needs for each kind of route; left out, the one that the functions look for by themselves. */
export function scopesOf(authorization: ApiAuthorization): { readonly read: string; readonly write: string } {
  const { read, write } = (authorization.type === "jwt" && authorization.scopes) || {};
  const usual = readApiSettings({}).scopes;
  return { read: read ?? usual.read, write: write ?? usual.write };
}
