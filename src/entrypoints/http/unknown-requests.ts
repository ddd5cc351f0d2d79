import type { MiddlewareHandler } from "hono";
import { matchedRoutes, routePath } from "hono/route";
import { quote, SafelightError } from "../../domain/model/errors.js";
import type { Api, ApiEnv } from "./app.js";
import { MethodNotAllowed } from "./problem.js";

/**
 * Answers what no route takes: 405 with `Allow` if the path has other methods (204 to `OPTIONS`), and otherwise 404. It is
 * no `notFound` handler: a mounted app's is never called.
 */
export function answerUnknownRequests(api: Api): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const [, own = ""] = /^(.*)\/\*$/.exec(routePath(c)) ?? [];
    await next();
    if (c.res.status !== 404 || matchedRoutes(c).some(({ method }) => method !== "ALL")) return;
    const { method, path } = c.req;
    const allowed = listMethods(api, path.split("/").slice(own.split("/").length));
    // Without this, headers of the answer that is replaced would be kept.
    c.res = undefined;
    if (allowed.length === 0) {
      const message = `expected a path of the API but received ${quote(path)}; /openapi.json describes them all`;
      throw new SafelightError("not-found", message);
    }
    if (method !== "OPTIONS") throw new MethodNotAllowed(allowed, method);
    c.res = c.body(null, 204, { allow: allowed.join(", ") });
  };
}

/** Lists the methods of a path, given by its segments. `HEAD` is answered wherever `GET` is. */
function listMethods(api: Api, path: readonly string[]): readonly string[] {
  const methods = api.routes
    .filter((route) => route.method !== "ALL" && matchesPath(route.path.split("/").slice(1), path))
    .flatMap(({ method }) => (method === "GET" ? [method, "HEAD"] : [method]));
  return methods.length === 0 ? [] : [...new Set([...methods, "OPTIONS"])];
}

function matchesPath(route: readonly string[], path: readonly string[]): boolean {
  const isOpen = route.at(-1) === "*";
  if (isOpen ? path.length < route.length : path.length !== route.length) return false;
  return route.every(
    (segment, index) =>
      segment === "*" || segment === path[index] || (segment.startsWith(":") && path[index]),
  );
}
