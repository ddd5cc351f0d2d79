import { quote, SafelightError } from "../../domain/model/errors.js";

/** A call by the names in AWS's own documents. */
export type ServiceCall =
  `${"CloudFormation" | "CloudFront" | "DynamoDB" | "Rekognition" | "S3" | "SNS" | "SQS"} ${string}`;

/**
 * Converts the error of a failed call. Refused credentials, throttling, a timeout and a missing bucket or table are
 * transient errors: `unavailable`. A request that the service calls invalid is a defect of Safelight: `internal`. The
 * message says what happened and what to do next. It has no keys and no bodies.
 */
export function toServiceError(call: ServiceCall, cause: unknown): SafelightError {
  if (cause instanceof SafelightError) return cause;
  const missing = readMissingPackage(cause);
  if (missing !== undefined) {
    const message = `expected the package ${missing} beside safelight but it is not installed; run npm install ${missing}`;
    return new SafelightError("invalid-input", message, { cause });
  }
  const [service, operation] = call.split(" ");
  const status = readHttpStatus(cause);
  const name = readErrorName(cause) ?? quote(cause);
  const ours = status !== undefined && status >= 400 && status < 500 && !isTransient(status, name, cause);
  const happened =
    status === undefined
      ? `${service} did not answer ${operation} (${name})`
      : `${service} answered ${status} ${name} to ${operation}`;
  const advice = ours ? "this is a defect of Safelight, please report it" : describeRemedy(name, status);
  return new SafelightError(ours ? "internal" : "unavailable", `${happened}; ${advice}`, { cause });
}

/** The way out of a transient error with this name. */
export function describeRemedy(name: string, status?: number): string {
  if (status === 401 || status === 403 || REFUSED.test(name))
    return "check the credentials and their permissions";
  if (status === 404 || MISSING.test(name)) return "check the names and the region in the settings";
  return "try again";
}

/** Names of refused credentials. DynamoDB and others answer 400 with them. */
const REFUSED =
  /AccessDenied|Credentials|ExpiredToken|InvalidSignature|MissingAuthenticationToken|UnrecognizedClient/;

/** Names of a bucket, table, queue or topic that is not there. */
const MISSING = /NonExistentQueue|NoSuchBucket|QueueDoesNotExist|ResourceNotFound/;

/** Names of a service that is only busy, or that was sent a body which did not arrive whole. DynamoDB, S3 and others answer 400 with them. */
const BUSY =
  /Throttl|TooManyRequests|LimitExceeded|ThroughputExceeded|SlowDown|InProgress|RequestTimeout|IncompleteBody/;

/** Client errors that are not about the request itself: credentials, a missing resource, a timeout, throttling. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 408, 409, 429]);

/** Options of a call of an AWS SDK client. */
export interface SdkCallOptions {
  readonly abortSignal?: AbortSignal;
}

/** Runs a call of a service. An abort is thrown as its signal's reason, every other error as {@link toServiceError} converts it. */
export async function callService<T>(
  call: ServiceCall,
  signal: AbortSignal | undefined,
  send: (options: SdkCallOptions) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await send({ abortSignal: signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw toServiceError(call, error);
  }
}

/** The package that could not be loaded, if that is what went wrong: some are loaded with their first call. */
function readMissingPackage(error: unknown): string | undefined {
  const { code, message = "" } = (error ?? {}) as { readonly code?: string; readonly message?: string };
  if (code !== "ERR_MODULE_NOT_FOUND") return undefined;
  return /^Cannot find package '(.+?)'/.exec(message)?.[1];
}

/** The HTTP status that a service answered with; absent where nothing answered. */
export function readHttpStatus(error: unknown): number | undefined {
  return toSdkError(error).$metadata?.httpStatusCode;
}

/** The name of an error, such as `NoSuchKey`. */
export function readErrorName(error: unknown): string | undefined {
  return toSdkError(error).name;
}

function isTransient(status: number, name: string, error: unknown): boolean {
  if (TRANSIENT_STATUSES.has(status) || toSdkError(error).$retryable !== undefined) return true;
  return [BUSY, REFUSED, MISSING].some((names) => names.test(name));
}

/** The fields of an SDK error; other errors have none of them. */
function toSdkError(error: unknown): {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: object;
} {
  return error ?? {};
}
