import { SafelightError } from "../../domain/model/errors.js";

/** The beginning of libvips' messages while it reads an original, one alternative a decoder. */
const DECODER_MESSAGE =
  /^Input buffer |^Warning treated as error|\b(?:VipsJpeg|vipspng|webp|webp2vips|tiff2vips|heif|(?:jpeg|png|webp|gif|tiff|heif)load(?:_buffer)?): /;

/** Messages of libvips, of the libraries below it and of Node about a failed allocation. */
const OUT_OF_MEMORY_MESSAGE =
  /\b(?:out of|insufficient|not enough|no) memory\b|\bmemory (?:allocation|error)\b|\balloc(?:ate|ating|ation)\b|\bno space for\b/i;

/**
 * Translates an error of sharp into one with a code. Only a decoder's message about the bytes rejects the original, because
 * a rejection is permanent. A lack of memory, wherever it shows, is `decoder-crashed`, as if the process had exited: the
 * picture may need too much, or the machine may have too little. Every other error, such as a bug here, is `internal`:
 * it is tried again, and only on the final attempt held against the original.
 */
export function translateSharpError(error: unknown): unknown {
  if (error instanceof SafelightError || isAbortError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [line = ""] = message.split("\n");
  if (/exceeds pixel limit/.test(message)) {
    return createError("too-large", "a picture within the pixel limit", line, error);
  }
  if (OUT_OF_MEMORY_MESSAGE.test(message))
    return new SafelightError("decoder-crashed", `memory ran out: ${truncate(line)}`, { cause: error });
  if (DECODER_MESSAGE.test(message))
    return createError("corrupt-image", "a picture that decodes to its end", line, error);
  return new SafelightError("internal", `sharp failed on the original: ${truncate(line)}`, { cause: error });
}

function createError(
  code: "too-large" | "corrupt-image",
  expected: string,
  received: string,
  cause: unknown,
): SafelightError {
  const message = `expected ${expected} for the original but received: ${truncate(received)}`;
  return new SafelightError(code, message, { cause });
}

function truncate(line: string): string {
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
