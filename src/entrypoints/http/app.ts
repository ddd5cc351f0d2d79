import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { getPath } from "hono/utils/url";
import type { ZodError } from "zod";
import { invalidInput, quote, refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { checkOwnerName } from "../../domain/model/owner.js";
import type { Caller, Permission } from "./authorize.js";
import type { CompleteOptions } from "./options.js";

/** The parts of a request as errors name them. */
const PARTS: Readonly<Record<string, string>> = {
  json: "the body",
  query: "the query",
  param: "the path",
  header: "the headers",
};

/** The variables of a request. */
export interface ApiEnv {
  readonly Variables: {
    requestId: string;
    /** The name of the caller, if `authorize` knows it. */
    owner?: string;
    /** The owner that the caller is bound to: every other image is to be as if there were none. */
    boundTo?: string;
    /** Gives back the place that the request has among those that wait: what it asks for is in the queue. */
    releasePlace: () => void;
  };
}

/** The app that routes are added to. */
export type Api = OpenAPIHono<ApiEnv>;

/**
 * Creates an app without routes. It refuses requests that do not match a route's schemas. `basePath` is taken off the
 * paths of requests that begin with it. Throws `invalid-input` for one that is no path.
 */
export function createApi(basePath = ""): Api {
  if (!/^(?:\/[^/?#]+)*$/.test(basePath)) throw invalidInput("a path such as /api", "basePath", basePath);
  return new OpenAPIHono<ApiEnv>({
    getPath: (request) => {
      const path = getPath(request);
      return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
    },
    defaultHook: async (result, c) => {
      if (!result.success)
        throw describeMismatch(result.target, result.error, await readPart(c, result.target));
    },
  });
}

/** Reads the validated part of the request as it was sent. */
async function readPart(c: Context, target: string): Promise<unknown> {
  if (target === "json") return c.req.json().catch(() => undefined);
  if (target !== "query") return c.req.param();
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

/** Creates the error for a request that does not match a schema: it names the first mismatch in `data`. */
function describeMismatch(target: string, error: Pick<ZodError, "issues">, data: unknown): SafelightError {
  const part = PARTS[target] ?? target;
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") {
    const names = issue.keys.map((name) => quote(name)).join(", ");
    const message = `unknown field in ${issue.path.join(".") || part}: ${names}`;
    return new SafelightError("invalid-input", message);
  }
  const name = issue?.path.join(".") || part;
  const value = findValue(data, issue?.path ?? []);
  return refusalInWords(
    "invalid-input",
    issue?.message ?? "another value",
    name,
    value === undefined ? "nothing" : quote(value),
  );
}

function findValue(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[name]
        : undefined,
    data,
  );
}

/** Throws `forbidden` for a caller who is bound to what no image can have as its owner. */
function identifyCaller(c: Context<ApiEnv>, { owner, bound = false }: Caller): void {
  c.set("owner", owner);
  if (bound) c.set("boundTo", checkCallerName(owner));
}

/** Returns the name of a caller. Throws `forbidden` for one that no record can hold. */
export function checkCallerName(caller: string): string {
  try {
    return checkOwnerName(caller);
  } catch (error) {
    throw new SafelightError("forbidden", error instanceof Error ? error.message : String(error));
  }
}

/** Requires a permission; comes before everything that reads the request. */
function requirePermission(permission: Permission, { authorize }: CompleteOptions) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const verdict = await authorize(c.req.raw, permission, c.env);
    if (typeof verdict === "object") identifyCaller(c, verdict);
    if (verdict === "allowed" || typeof verdict === "object") return next();
    const unknown = verdict === "unauthenticated";
    const message = unknown
      ? `expected credentials for ${permission} but received none that are known`
      : `the caller does not have the permission ${permission}`;
    throw new SafelightError(unknown ? "unauthenticated" : "forbidden", message);
  });
}

/** Requires a permission, in the document of a route and in front of its handler, so that the two cannot differ. */
export const secureRoute = (
  permission: Permission,
  options: CompleteOptions,
  ...checks: MiddlewareHandler<ApiEnv>[]
) => ({
  security: [{ bearer: [] }],
  "x-permission": permission,
  middleware: [requirePermission(permission, options), ...checks],
});
