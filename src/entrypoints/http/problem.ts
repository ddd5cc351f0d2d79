import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { type ErrorCode, refusalInWords, SafelightError, shown } from "../../domain/model/errors.js";

/** The one table that says how HTTP answers with each code (RFC 9110). */
export const HTTP_STATUS = {
  "invalid-input": 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "too-large": 413,
  "unsupported-format": 415,
  "corrupt-image": 422,
  "decoder-crashed": 422,
  internal: 500,
  unavailable: 503,
} as const satisfies Readonly<Record<ErrorCode, number>>;

/** Refused for now: the same request may be taken in after so many whole seconds. */
export class Busy extends SafelightError {
  readonly retryAfter: number;

  constructor(retryAfter: number, message: string) {
    super("unavailable", message);
    this.retryAfter = Math.max(1, Math.ceil(retryAfter));
  }
}

/** The same for every occurrence of a problem, as RFC 9457 wants it; the document says the same. */
export const TITLES: Readonly<Record<ErrorCode, string>> = {
  "invalid-input": "The request is not well-formed",
  unauthenticated: "Credentials are missing or unknown",
  forbidden: "The caller may not do this",
  "not-found": "There is nothing here",
  conflict: "Somebody else was faster",
  "too-large": "The image is too large",
  "unsupported-format": "The content is not of an accepted format",
  "corrupt-image": "The image is damaged",
  "decoder-crashed": "The decoder died of the image",
  internal: "Something went wrong here",
  unavailable: "The service cannot do this right now",
};

/** What strangers are told about faults that are not theirs: the words of stores and systems stay in the log. */
const FAULTS: Partial<Readonly<Record<ErrorCode, string>>> = {
  internal: "expected to answer but failed; the log tells more under this request's id",
  unavailable: "expected every part of the service to answer but one did not; try again",
};

/** Turns whatever was thrown into an error with a code. */
export function toSafelightError(error: unknown): SafelightError {
  if (error instanceof SafelightError) return error;
  if (error instanceof HTTPException) return ofHttpException(error);
  return new SafelightError("internal", String(error), { cause: error });
}

/** The answer to an error: problem details of RFC 9457. */
export function problemResponse(c: Context, error: SafelightError, requestId: string): Response {
  const status = HTTP_STATUS[error.code];
  const problem = {
    type: `urn:safelight:problem:${error.code}`,
    title: TITLES[error.code],
    status,
    detail: error instanceof Busy ? error.message : (FAULTS[error.code] ?? error.message),
    code: error.code,
    requestId,
  };
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (error.code === "unauthenticated") headers["www-authenticate"] = "Bearer";
  if (error.code === "unavailable")
    headers["retry-after"] = String(error instanceof Busy ? error.retryAfter : 5);
  return c.body(JSON.stringify(problem), status, headers);
}

/** What Hono's own parts refuse: a body that is not JSON, or says that it is something else. */
function ofHttpException(cause: HTTPException): SafelightError {
  const isOther = cause.status === 415;
  const code = isOther ? "unsupported-format" : cause.status < 500 ? "invalid-input" : "internal";
  const received = isOther ? "another content type" : shown(cause.message);
  return refusalInWords(code, "JSON (application/json)", "the body", received, { cause });
}
