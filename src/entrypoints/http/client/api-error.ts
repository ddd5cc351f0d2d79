import type { ErrorCode } from "../../../domain/model/errors.js";
import type { ImageDescription } from "../../../domain/model/image-record.js";

/** The API refused or failed, or an image that was uploaded was rejected. Act on `code`. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  /** The HTTP status; absent when it is the image that was rejected, or nobody answered in time. */
  readonly status?: number;
  /** Finds the request in the server's log. */
  readonly requestId?: string;
  /** Seconds after which the same may succeed. */
  readonly retryAfter?: number;
  /** The record of the image that was rejected. */
  readonly image?: ImageDescription;

  constructor(
    code: ErrorCode,
    message: string,
    more: Partial<Pick<ApiError, "status" | "requestId" | "retryAfter" | "image">> = {},
  ) {
    super(message);
    this.code = code;
    Object.assign(this, more);
  }
}

/** The error in an answer; what is between client and API may answer as well, without problem details. */
export async function errorOf(response: Response): Promise<ApiError> {
  const { status, headers } = response;
  const retryAfter = Number(headers.get("retry-after") ?? Number.NaN);
  const problem = await problemIn(response);
  const requestId = problem.requestId ?? headers.get("x-request-id");
  return new ApiError(problem.code ?? codeOf(status), problem.detail ?? `the server answered ${status}`, {
    status,
    ...(requestId && { requestId }),
    ...(Number.isFinite(retryAfter) && { retryAfter }),
  });
}

async function problemIn(
  response: Response,
): Promise<{ code?: ErrorCode; detail?: string; requestId?: string }> {
  const text = await response.text();
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return {};
  return JSON.parse(text);
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 413) return "too-large";
  if (status === 429 || status === 502 || status === 503 || status === 504) return "unavailable";
  return status < 500 ? "invalid-input" : "internal";
}
