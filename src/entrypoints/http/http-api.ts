import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { SafelightError } from "../../domain/model/errors.js";
import { guardUploadTickets } from "../../ports/checked/index.js";
import type { Ids } from "../../ports/ids.js";
import { admitAll } from "./admission.js";
import { type Api, type ApiEnv, createApi } from "./app.js";
import type { Permission } from "./authorize.js";
import { serveOpenApiDocument } from "./openapi-document.js";
import {
  type CompleteOptions,
  type CorsOptions,
  type HttpApiOptions,
  LIMITS,
  MAX_EVENT_STREAMS,
  MAX_WAIT_SECONDS,
} from "./options.js";
import { Busy, toProblemResponse, toSafelightError } from "./problem.js";
import { completeUpload } from "./routes/complete-upload.js";
import { editImage } from "./routes/edit-image.js";
import { eraseOwner } from "./routes/erase-owner.js";
import { getImage } from "./routes/get-image.js";
import { getRendition } from "./routes/get-rendition.js";
import { checkHealth } from "./routes/health.js";
import { issueTicket } from "./routes/issue-ticket.js";
import { listImages } from "./routes/list-images.js";
import { processOriginal } from "./routes/process-original.js";
import { removeImage } from "./routes/remove-image.js";
import { showStatus } from "./routes/show-status.js";
import { startReconcile } from "./routes/start-reconcile.js";
import { streamEvents } from "./routes/stream-events.js";
import { uploadImage } from "./routes/upload-image.js";
import { answerUnknownRequests } from "./unknown-requests.js";
import { UploadMemory } from "./upload-memory.js";

const EVERYTHING: readonly Permission[] = ["read", "write"];

/** The header that carries a request's id, in both directions. */
const REQUEST_ID = "X-Request-Id";

/** Long enough to find in a log; without characters that could forge a log line or a header. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9_.:=-]{7,127}$/;

/** The API: `fetch` takes a request and resolves to its answer, wherever it runs. More routes may be added to it. */
export type HttpApi = Api;

/**
 * Creates the HTTP API of a pipeline as one portable fetch handler. It renders nothing itself: work that it accepts is in
 * the pipeline's queue before it answers.
 */
export function httpApi(given: HttpApiOptions): HttpApi {
  const options = applyDefaults(given);
  const api = createApi(options.basePath);
  api.use(assignRequestId(options), setSecurityHeaders, rethrowAsError);
  if (options.guard) api.use(guardRequests(options.guard));
  if (options.cors) api.use(allowOrigins(options.cors));
  api.use(answerUnknownRequests(api));
  api.onError((thrown, c) => {
    const requestId = c.get("requestId");
    // The caller has closed the connection: that is no failure, and nobody reads the answer.
    const left = c.req.raw.signal.aborted;
    const error = left ? new SafelightError("unavailable", "the caller has left") : toSafelightError(thrown);
    if (error.retryable && !left)
      // Refusing what is too much is what it should do then.
      options.log(error instanceof Busy ? "info" : "error", "request failed", {
        requestId,
        ...toLogFields(error),
      });
    return toProblemResponse(c, error, requestId);
  });
  addRoutes(api, options);
  serveOpenApiDocument(api, () => createDocumentedApi(api, options));
  return api;
}

function addRoutes(api: Api, options: CompleteOptions): void {
  if (options.serves.includes("write")) {
    uploadImage(api, options, new UploadMemory(options.maxUploadMemoryBytes));
    issueTicket(api, options);
    completeUpload(api, options);
    processOriginal(api, options);
    editImage(api, options);
    removeImage(api, options);
    eraseOwner(api, options);
    startReconcile(api, options);
  }
  if (options.serves.includes("read")) {
    listImages(api, options);
    getImage(api, options);
    getRendition(api, options);
    showStatus(api, options);
    streamEvents(api, options);
  }
  checkHealth(api);
}

/** Behind a gateway the API is several functions: each of them serves the same document. */
function createDocumentedApi(api: Api, options: CompleteOptions): Api {
  if (EVERYTHING.every((permission) => options.serves.includes(permission))) return api;
  const whole = createApi();
  addRoutes(whole, { ...options, serves: EVERYTHING });
  return whole;
}

function applyDefaults(given: HttpApiOptions): CompleteOptions {
  return {
    ...given,
    tickets: guardUploadTickets(given.tickets),
    serves: given.serves ?? EVERYTHING,
    admit: given.admit ?? admitAll,
    onAccepted: given.onAccepted ?? (() => {}),
    maxUploadMemoryBytes: given.maxUploadMemoryBytes ?? LIMITS.maxUploadMemoryBytes,
    bodyTimeoutSeconds: given.bodyTimeoutSeconds ?? LIMITS.bodyTimeoutSeconds,
    maxEventStreams: given.maxEventStreams ?? MAX_EVENT_STREAMS,
    maxWaitSeconds: given.maxWaitSeconds ?? MAX_WAIT_SECONDS,
    ids: given.ids ?? (() => crypto.randomUUID()),
    log: given.log ?? (() => {}),
  };
}

/** Returns the caller's request id if it is well-formed, and otherwise a new one. */
export function readRequestId(request: Request, ids: Ids): string {
  const given = request.headers.get(REQUEST_ID);
  return given !== null && WELL_FORMED.test(given) ? given : ids();
}

/** Gives each request its id and its line in the log. The line names the route, not the path, which the client chose. */
function assignRequestId({ ids, log }: CompleteOptions) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const requestId = readRequestId(c.req.raw, ids);
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

function guardRequests(guard: NonNullable<HttpApiOptions["guard"]>) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    await guard(c.req.raw);
    await next();
  });
}

/** Wraps thrown values that are no errors (a signal's reason may be anything), because Hono handles only errors. */
const rethrowAsError: MiddlewareHandler<ApiEnv> = async (_c, next) => {
  try {
    await next();
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : new SafelightError("internal", String(thrown));
  }
};

/** Answers are data: a browser may not execute, sniff or frame them, and caches them only where a route allows it. A page has a policy of its own. */
const setSecurityHeaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  c.header("X-Content-Type-Options", "nosniff");
  if (!c.res.headers.has("content-security-policy"))
    c.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (!c.res.headers.has("cache-control")) c.header("Cache-Control", "no-store");
};

function allowOrigins({ origins, maxAgeSeconds = 600 }: CorsOptions) {
  return cors({
    origin: origins === "*" ? "*" : [...origins],
    allowMethods: ["GET", "POST", "PATCH", "DELETE"],
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Content-Disposition",
      "If-None-Match",
      "If-Range",
      "Last-Event-ID",
      "Prefer",
      "Range",
      REQUEST_ID,
    ],
    exposeHeaders: [
      "Accept-Ranges",
      "Allow",
      "Content-Disposition",
      "Content-Length",
      "Content-Range",
      "ETag",
      "Location",
      "Retry-After",
      "WWW-Authenticate",
      REQUEST_ID,
    ],
    maxAge: maxAgeSeconds,
  });
}

function toLogFields(error: SafelightError) {
  const cause = error.cause instanceof Error ? (error.cause.stack ?? String(error.cause)) : error.cause;
  return { code: error.code, reason: error.message, ...(cause !== undefined && { cause: String(cause) }) };
}
