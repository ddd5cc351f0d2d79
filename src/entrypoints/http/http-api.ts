import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { SafelightError } from "../../domain/model/errors.js";
import { checkedUploadTickets } from "../../ports/checked/index.js";
import type { Ids } from "../../ports/ids.js";
import { type Api, type ApiEnv, newApi } from "./app.js";
import type { Permission } from "./authorize.js";
import { UploadMemory } from "./limited-body.js";
import { serveOpenApiDocument } from "./openapi-document.js";
import type { CompleteOptions, CorsOptions, HttpApiOptions } from "./options.js";
import { problemResponse, toSafelightError } from "./problem.js";
import { editImage } from "./routes/edit-image.js";
import { getImage } from "./routes/get-image.js";
import { getRendition } from "./routes/get-rendition.js";
import { checkHealth } from "./routes/health.js";
import { issueTicket } from "./routes/issue-ticket.js";
import { listImages } from "./routes/list-images.js";
import { processOriginal } from "./routes/process-original.js";
import { removeImage } from "./routes/remove-image.js";
import { uploadImage } from "./routes/upload-image.js";

const EVERYTHING: readonly Permission[] = ["read", "write"];

/** The header that carries a request's id, in both directions. */
const REQUEST_ID = "X-Request-Id";

/** Long enough to be found in a log, and nothing that a log or a header could be forged with. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9_.:=-]{7,127}$/;

/** The API: `fetch` takes a request and resolves to its answer, wherever it runs. More routes may be added to it. */
export type HttpApi = Api;

/**
 * Makes the HTTP API of a pipeline as one portable fetch handler. It renders nothing itself: what it takes in lies in
 * the pipeline's queue when it answers, for whoever works that queue.
 */
export function httpApi(given: HttpApiOptions): HttpApi {
  const options = complete(given);
  const api = newApi();
  api.use(identified(options), hardened, onlyErrors);
  if (options.cors) api.use(crossOrigin(options.cors));
  api.onError((thrown, c) => {
    const requestId = c.get("requestId");
    // What stops because nobody waits for it any more is no failure; the answer reaches nobody.
    const left = c.req.raw.signal.aborted;
    const error = left ? new SafelightError("unavailable", "the caller has left") : toSafelightError(thrown);
    if (error.retryable && !left) options.log("error", "request failed", { requestId, ...reasonsOf(error) });
    return problemResponse(c, error, requestId);
  });
  api.notFound((c) => {
    const message = "expected a path of the API; /openapi.json describes them all";
    return problemResponse(c, new SafelightError("not-found", message), c.get("requestId"));
  });
  addRoutes(api, options);
  serveOpenApiDocument(api, () => withAllRoutes(api, options));
  return api;
}

function addRoutes(api: Api, options: CompleteOptions): void {
  if (options.serves.includes("write")) {
    uploadImage(api, options, new UploadMemory(options.uploadMemory));
    issueTicket(api, options);
    processOriginal(api, options);
    editImage(api, options);
    removeImage(api, options);
  }
  if (options.serves.includes("read")) {
    listImages(api, options);
    getImage(api, options);
    getRendition(api, options);
  }
  checkHealth(api);
}

/** Behind a gateway the API is several functions: the document is the same whichever of them is asked for it. */
function withAllRoutes(api: Api, options: CompleteOptions): Api {
  if (EVERYTHING.every((permission) => options.serves.includes(permission))) return api;
  const whole = newApi();
  addRoutes(whole, { ...options, serves: EVERYTHING });
  return whole;
}

function complete(given: HttpApiOptions): CompleteOptions {
  return {
    ...given,
    tickets: checkedUploadTickets(given.tickets),
    serves: given.serves ?? EVERYTHING,
    admit: given.admit ?? (() => undefined),
    onAccepted: given.onAccepted ?? (() => {}),
    uploadMemory: given.uploadMemory ?? 256 * 1024 * 1024,
    bodyTimeout: given.bodyTimeout ?? 300,
    longestWait: given.longestWait ?? 25,
    ids: given.ids ?? (() => crypto.randomUUID()),
    log: given.log ?? (() => {}),
  };
}

/** The id that the caller gave, if it is well-formed, otherwise a new one. */
export function requestIdOf(request: Request, ids: Ids): string {
  const given = request.headers.get(REQUEST_ID);
  return given !== null && WELL_FORMED.test(given) ? given : ids();
}

/** Gives each request its id and its line in the log. The line names the route, not the path: that is the client's text. */
function identified({ ids, log }: CompleteOptions) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const requestId = requestIdOf(c.req.raw, ids);
    c.set("requestId", requestId);
    const started = performance.now();
    await next();
    c.header(REQUEST_ID, requestId);
    const milliseconds = Math.round(performance.now() - started);
    const { method } = c.req;
    log("info", "request", {
      requestId,
      method,
      route: routePath(c, -1),
      status: c.res.status,
      milliseconds,
    });
  });
}

/** A signal's reason may be anything, words for example; what handles errors sees errors only. */
const onlyErrors: MiddlewareHandler<ApiEnv> = async (_c, next) => {
  try {
    await next();
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : new SafelightError("internal", String(thrown));
  }
};

/** An answer is data: no browser may run it, guess at it, frame it, or keep it unless the route says so. */
const hardened: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (!c.res.headers.has("cache-control")) c.header("Cache-Control", "no-store");
};

function crossOrigin({ origins, maxAge = 600 }: CorsOptions) {
  return cors({
    origin: origins === "*" ? "*" : [...origins],
    allowMethods: ["GET", "POST", "PATCH", "DELETE"],
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Content-Disposition",
      "If-None-Match",
      "Prefer",
      REQUEST_ID,
    ],
    exposeHeaders: ["ETag", "Location", "Retry-After", REQUEST_ID],
    maxAge,
  });
}

function reasonsOf(error: SafelightError) {
  const cause = error.cause instanceof Error ? (error.cause.stack ?? String(error.cause)) : error.cause;
  return { code: error.code, reason: error.message, ...(cause !== undefined && { cause: String(cause) }) };
}
