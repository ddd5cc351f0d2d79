import type { ErrorCode } from "../../../domain/model/errors.js";
import type { ImageDescription } from "../../../domain/model/image-record.js";

/** The API refused a request or failed, or an uploaded image was rejected. Act on `code`. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  /** The HTTP status; absent if the image was rejected, or if no answer came in time. */
  readonly status?: number;
  /** Finds the request in the server's log. */
  readonly requestId?: string;
  /** When the same request may succeed. */
  readonly retryAfterSeconds?: number;
  /** The record of the image that was rejected. */
  readonly image?: ImageDescription;

  constructor(
    code: ErrorCode,
    message: string,
    more: Partial<Pick<ApiError, "status" | "requestId" | "retryAfterSeconds" | "image">> = {},
  ) {
    super(message);
    this.code = code;
    Object.assign(this, more);
  }
}

/** Converts a failed answer into an error. Without problem details (a proxy's answer has none) the status decides its code. */
export async function toApiError(response: Response): Promise<ApiError> {
  const { status, headers } = response;
  const retryAfterSeconds = Number(headers.get("retry-after") ?? Number.NaN);
  const problem = await readProblem(response);
  const requestId = problem.requestId ?? headers.get("x-request-id");
  return new ApiError(
    problem.code ?? toErrorCode(status),
    problem.detail ?? `the server answered ${status}`,
    {
      status,
      ...(requestId && { requestId }),
      ...(Number.isFinite(retryAfterSeconds) && { retryAfterSeconds }),
    },
  );
}

async function readProblem(
  response: Response,
): Promise<{ code?: ErrorCode; detail?: string; requestId?: string }> {
  const text = await response.text();
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return {};
  return JSON.parse(text);
}

function toErrorCode(status: number): ErrorCode {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 413) return "too-large";
  if (status === 429 || status === 502 || status === 503 || status === 504) return "unavailable";
  return status < 500 ? "invalid-input" : "internal";
}
