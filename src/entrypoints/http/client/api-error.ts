import type { ErrorCode } from "../../../domain/model/errors.js";
import type { ImageDescription } from "../../../domain/model/image-record.js";

/** As in the domain, of which the client takes types only: every code, and whether the same request may succeed later without anybody changing it. */
const RETRYABLE: Readonly<Record<ErrorCode, boolean>> = {
  "invalid-input": false,
  unauthenticated: false,
  forbidden: false,
  "not-found": false,
  conflict: false,
  "too-large": false,
  "unsupported-format": false,
  "corrupt-image": false,
  "decoder-crashed": false,
  internal: true,
  unavailable: true,
};

/** Facts about a failure beside its code: as many as are known. */
export type ErrorFacts = Partial<
  Pick<ApiError, "status" | "requestId" | "retryAfterSeconds" | "imageId" | "image" | "cause">
>;

/** The API refused a request or failed, no answer of it came, or an uploaded image was rejected. Act on `code`. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  /** The HTTP status; absent if the image was rejected, or if no answer came in time. */
  readonly status?: number;
  /** Finds the request in the server's log. */
  readonly requestId?: string;
  /** When the same request may succeed. */
  readonly retryAfterSeconds?: number;
  /** The image that it is about. An upload that fails with an id may still become this image: look before you upload again. */
  readonly imageId?: string;
  /** The record of the image as it was last seen, such as that of a rejected one. */
  readonly image?: ImageDescription;

  constructor(code: ErrorCode, message: string, { cause, ...facts }: ErrorFacts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.assign(this, facts.image && { imageId: facts.image.imageId }, facts);
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get retryable(): boolean {
    return RETRYABLE[this.code];
  }
}

/** Converts a failed answer into an error. Without problem details (a proxy's answer has none) the status decides its code. */
export async function toApiError(response: Response, facts: ErrorFacts = {}): Promise<ApiError> {
  const { status, headers } = response;
  const problem = await readProblem(response);
  const requestId = problem.requestId ?? headers.get("x-request-id");
  const retryAfterSeconds = parseRetryDelay(headers.get("retry-after"));
  return new ApiError(
    problem.code ?? toErrorCode(status),
    problem.detail ?? `the server answered ${status}`,
    {
      ...facts,
      status,
      ...(requestId && { requestId }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  );
}

interface Problem {
  readonly code?: ErrorCode;
  readonly detail?: string;
  readonly requestId?: string;
}

/** Reads what can be read: anybody between here and the API may have answered, with anything. */
async function readProblem(response: Response): Promise<Problem> {
  try {
    const text = await response.text();
    if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return {};
    const { code, detail, requestId } = Object(JSON.parse(text)) as Record<string, unknown>;
    return {
      ...(typeof code === "string" && Object.hasOwn(RETRYABLE, code) && { code: code as ErrorCode }),
      ...(typeof detail === "string" && { detail }),
      ...(typeof requestId === "string" && { requestId }),
    };
  } catch {
    return {};
  }
}

/** Parses `Retry-After`, which is a number of seconds or a date (RFC 9110). */
function parseRetryDelay(header: string | null): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

function toErrorCode(status: number): ErrorCode {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 413) return "too-large";
  if ([408, 429, 502, 503, 504].includes(status)) return "unavailable";
  return status < 500 ? "invalid-input" : "internal";
}
