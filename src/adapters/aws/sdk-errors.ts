import { quote, refusalInWords, SafelightError } from "../../domain/model/errors.js";

/**
 * Converts the error of a failed call. Refused credentials, throttling, a timeout and a missing bucket or table are
 * transient errors: `unavailable`. A request that the service calls invalid is a defect of Safelight: `internal`. The
 * message has no keys and no bodies.
 */
export function toServiceError(what: string, cause: unknown): SafelightError {
  if (cause instanceof SafelightError) return cause;
  const status = readHttpStatus(cause);
  const ours =
    status !== undefined &&
    status >= 400 &&
    status < 500 &&
    !TRANSIENT_STATUSES.has(status) &&
    !isThrottle(cause);
  const received =
    [readErrorName(cause), status].filter((part) => part !== undefined).join(" ") || quote(cause);
  return refusalInWords(ours ? "internal" : "unavailable", "success", what, received, { cause });
}

/** Client errors that are not about the request itself: credentials, a missing resource, a timeout, throttling. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 408, 409, 429]);

/** Options of a call of an AWS SDK client. */
export interface SdkCallOptions {
  readonly abortSignal?: AbortSignal;
}

/** Runs a call of a service. An abort is thrown as its signal's reason, every other error as {@link toServiceError} converts it. */
export async function callService<T>(
  what: string,
  signal: AbortSignal | undefined,
  call: (options: SdkCallOptions) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await call({ abortSignal: signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw toServiceError(what, error);
  }
}

/** The HTTP status that a service answered with; absent where nothing answered. */
export function readHttpStatus(error: unknown): number | undefined {
  return toSdkError(error).$metadata?.httpStatusCode;
}

/** The name of an error, such as `NoSuchKey`. */
export function readErrorName(error: unknown): string | undefined {
  return toSdkError(error).name;
}

/** DynamoDB, SNS and others answer 400 when they are only busy. */
function isThrottle(error: unknown): boolean {
  return (
    toSdkError(error).$retryable !== undefined ||
    /Throttl|TooManyRequests|LimitExceeded|ThroughputExceeded|SlowDown|InProgress|ExpiredToken|UnrecognizedClient|ResourceNotFound|NonExistentQueue|QueueDoesNotExist/.test(
      readErrorName(error) ?? "",
    )
  );
}

/** The fields of an SDK error; other errors have none of them. */
function toSdkError(error: unknown): {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: object;
} {
  return error ?? {};
}
