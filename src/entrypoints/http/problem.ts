import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { type ErrorCode, quote, refusalInWords, SafelightError } from "../../domain/model/errors.js";

/** The HTTP status of each error code (RFC 9110). */
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

/** Refused for now: the same request may succeed after `retryAfterSeconds` (whole). */
export class Busy extends SafelightError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, message: string) {
    super("unavailable", message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
  }
}

/** The path has no such method, only the `allowed` ones. */
export class MethodNotAllowed extends SafelightError {
  readonly allowed: readonly string[];

  constructor(allowed: readonly string[], received: string) {
    super(
      "invalid-input",
      `expected one of ${allowed.join(", ")} for this path but received ${quote(received)}`,
    );
    this.allowed = allowed;
  }
}

/** There is something, but of no type that the caller accepts. */
export class NotAcceptable extends SafelightError {
  constructor(offered: readonly string[], accept: string) {
    super(
      "unsupported-format",
      `expected one of ${offered.join(", ")} for Accept but received ${quote(accept)}`,
    );
  }
}

/** The title of each problem: the same for every occurrence (RFC 9457), and in the OpenAPI document. */
export const TITLES: Readonly<Record<ErrorCode, string>> = {
  "invalid-input": "The request is not well-formed",
  unauthenticated: "Credentials are missing or unknown",
  forbidden: "The caller may not do this",
  "not-found": "There is nothing here",
  conflict: "The request conflicts with the current state",
  "too-large": "The image is too large",
  "unsupported-format": "The content is not of an accepted format",
  "corrupt-image": "The image is damaged",
  "decoder-crashed": "The decoder crashed on the image",
  internal: "The request failed",
  unavailable: "The service cannot do this right now",
};

/** The details of errors that callers did not cause: messages of stores and systems stay in the log. */
const PUBLIC_DETAILS: Partial<Readonly<Record<ErrorCode, string>>> = {
  internal: "the request failed; find the reason in the log by the request id",
  unavailable: "a part of the service did not answer; try again",
};

/** Converts any thrown value into an error with a code. */
export function toSafelightError(error: unknown): SafelightError {
  if (error instanceof SafelightError) return error;
  if (error instanceof HTTPException) return convertHttpException(error);
  return new SafelightError("internal", String(error), { cause: error });
}

type ProblemStatus = 405 | 406 | (typeof HTTP_STATUS)[ErrorCode];

/** Converts an error into an answer: problem details of RFC 9457. */
export function toProblemResponse(c: Context, error: SafelightError, requestId: string): Response {
  const { status, headers, body } = describeProblem(error, requestId);
  return c.body(body, status, headers);
}

/** Describes an error as an answer with problem details of RFC 9457. */
export function describeProblem(error: SafelightError, requestId: string) {
  const status = findStatus(error);
  const problem = {
    type: `urn:safelight:problem:${error.code}`,
    title: TITLES[error.code],
    status,
    detail: error instanceof Busy ? error.message : (PUBLIC_DETAILS[error.code] ?? error.message),
    code: error.code,
    requestId,
  };
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (error instanceof MethodNotAllowed) headers.allow = error.allowed.join(", ");
  if (error.code === "unauthenticated") headers["www-authenticate"] = "Bearer";
  if (error.code === "unavailable")
    headers["retry-after"] = String(error instanceof Busy ? error.retryAfterSeconds : 5);
  return { status, headers, body: JSON.stringify(problem) };
}

function findStatus(error: SafelightError): ProblemStatus {
  if (error instanceof MethodNotAllowed) return 405;
  return error instanceof NotAcceptable ? 406 : HTTP_STATUS[error.code];
}

/** Converts the errors of Hono's own parts: a body that is not JSON, or has another content type. */
function convertHttpException(cause: HTTPException): SafelightError {
  const isOther = cause.status === 415;
  const code = isOther ? "unsupported-format" : cause.status < 500 ? "invalid-input" : "internal";
  const received = isOther ? "another content type" : quote(cause.message);
  return refusalInWords(code, "JSON (application/json)", "the body", received, { cause });
}
