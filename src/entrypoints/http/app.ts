import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { ZodError } from "zod";
import { invalidInput, SafelightError, shown } from "../../domain/model/errors.js";
import type { Permission } from "./authorize.js";
import type { CompleteOptions } from "./options.js";
import { Busy } from "./problem.js";

/** What people call the parts of a request. */
const PARTS: Readonly<Record<string, string>> = {
  json: "the body",
  query: "the query",
  param: "the path",
  header: "the headers",
};

/** What travels with a request. */
export interface ApiEnv {
  readonly Variables: {
    requestId: string;
    /** Who the caller is, where whoever decided about the permission knows. */
    owner?: string;
  };
}

/** The routes are added to one of these. */
export type Api = OpenAPIHono<ApiEnv>;

/** An app without routes, which refuses what does not match a route's schemas. */
export function newApi(): Api {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: async (result, c) => {
      if (!result.success) throw invalidRequest(result.target, result.error, await partOf(c, result.target));
    },
  });
}

/** The part of the request that was validated, as it was sent. */
async function partOf(c: Context, target: string): Promise<unknown> {
  if (target === "json") return c.req.json().catch(() => undefined);
  return target === "query" ? c.req.query() : c.req.param();
}

/** The one sentence for a request that does not match a schema: about the first thing that is wrong with `data`. */
function invalidRequest(target: string, error: Pick<ZodError, "issues">, data: unknown): SafelightError {
  const part = PARTS[target] ?? target;
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") {
    const names = issue.keys.map((name) => shown(name)).join(", ");
    const message = `expected no other names in ${issue.path.join(".") || part} but received ${shown(names)}`;
    return new SafelightError("invalid-input", message);
  }
  const name = issue?.path.join(".") || part;
  return invalidInput(issue?.message ?? "another value", name, valueAt(data, issue?.path ?? []) ?? "nothing");
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[name]
        : undefined,
    data,
  );
}

/** Lets a request through that has this permission; comes before everything that reads the request. */
function needs(permission: Permission, { authorize }: CompleteOptions) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const verdict = await authorize(c.req.raw, permission, c.env);
    if (typeof verdict === "object") c.set("owner", verdict.owner);
    if (verdict === "allowed" || typeof verdict === "object") return next();
    const unknown = verdict === "unauthenticated";
    const message = unknown
      ? `expected credentials for ${permission} but received none that are known`
      : `expected the permission ${permission} but the caller does not have it`;
    throw new SafelightError(unknown ? "unauthenticated" : "forbidden", message);
  });
}

/** Refuses new work while there is too much of it. */
export function admitted({ admit }: CompleteOptions) {
  return createMiddleware<ApiEnv>(async (_c, next) => {
    insistOnRoom(admit);
    await next();
  });
}

/** Throws `unavailable` while there is no room for another image. */
export function insistOnRoom(admit: CompleteOptions["admit"]): void {
  const refused = admit();
  if (refused)
    throw new Busy(refused.retryAfter, "expected room for another image but too many are waiting; try again");
}

/** How a route says what it needs, in its document and in front of its handler: neither promises what nobody checks. */
export const secured = (
  permission: Permission,
  options: CompleteOptions,
  ...checks: MiddlewareHandler<ApiEnv>[]
) => ({
  security: [{ bearer: [] }],
  "x-permission": permission,
  middleware: [needs(permission, options), ...checks],
});
