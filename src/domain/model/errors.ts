/** Every way in which Safelight refuses or fails. Act on the code, never on the message. */
export type ErrorCode =
  | "invalid-input"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "too-large"
  | "unsupported-format"
  | "corrupt-image"
  | "decoder-crashed"
  | "internal"
  | "unavailable";

/** The one table that decides what may be tried again: a transient error may pass, an error in the input will not. */
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

/** The codes that say the original itself is at fault: the image is recorded as rejected and never tried again. */
const REJECTS_ORIGINAL: ReadonlySet<ErrorCode> = new Set([
  "too-large",
  "unsupported-format",
  "corrupt-image",
  "decoder-crashed",
  "forbidden",
]);

/**
 * The error class of the library and of every adapter (the client of the HTTP API has its own). Adapters translate what their SDK throws into one of these at their
 * own edge and keep the original error as `cause`.
 */
export class SafelightError extends Error {
  readonly code: ErrorCode;
  override readonly name = "SafelightError";

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Whether the same call may succeed later without anybody changing the input. */
  get retryable(): boolean {
    return RETRYABLE[this.code];
  }
}

/** Whether `error` carries this code. */
export function hasCode(error: unknown, code: ErrorCode): error is SafelightError {
  return error instanceof SafelightError && error.code === code;
}

/** Whether `error` blames the original's bytes, so that trying again cannot help. */
export function rejectsOriginal(error: unknown): error is SafelightError {
  return error instanceof SafelightError && REJECTS_ORIGINAL.has(error.code);
}

/** `value` as it appears in a refusal, whatever it is: short, quoted, and unable to forge a log line. */
export function quote(value: unknown): string {
  const text = toText(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function toText(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (typeof value === "string" || typeof value === "symbol") return JSON.stringify(String(value));
  if (typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value) ?? NO_JSON;
  } catch {
    return NO_JSON;
  }
}

const NO_JSON = "an object that is no JSON";

/** The one sentence in which anything is refused: expected X for Y but received Z. */
export function refusal(code: ErrorCode, expected: string, name: string, received: unknown): SafelightError {
  return refusalInWords(code, expected, name, quote(received));
}

/** As {@link refusal}, where what was received is told in our own words. */
export function refusalInWords(
  code: ErrorCode,
  expected: string,
  name: string,
  received: string | number,
  options?: { cause?: unknown },
): SafelightError {
  return new SafelightError(code, `expected ${expected} for ${name} but received ${received}`, options);
}

/** The refusal of a value that its rules do not allow. */
export function invalidInput(expected: string, name: string, received: unknown): SafelightError {
  return refusal("invalid-input", expected, name, received);
}
