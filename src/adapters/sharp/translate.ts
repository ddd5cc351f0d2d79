import { SafelightError } from "../../domain/model/errors.js";

/** How libvips begins what it says while reading an original, one entry a decoder. */
const DECODERS =
  /^Input buffer |^Warning treated as error|\b(?:VipsJpeg|vipspng|webp|webp2vips|tiff2vips|heif|(?:jpeg|png|webp|gif|tiff|heif)load(?:_buffer)?): /;

/**
 * Says whose fault an error of sharp is. Only what a decoder reported blames the original, because that is recorded
 * for ever; everything else, a lack of memory or a mistake of ours, is `internal` and is tried again.
 */
export function translate(error: unknown): unknown {
  if (error instanceof SafelightError || isAbort(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [line = ""] = message.split("\n");
  if (/exceeds pixel limit/.test(message)) {
    return refusal("too-large", "a picture within the pixel limit", line, error);
  }
  if (DECODERS.test(message))
    return refusal("corrupt-image", "a picture that decodes to its end", line, error);
  return refusal("internal", "sharp to succeed", line, error);
}

function refusal(
  code: "too-large" | "corrupt-image" | "internal",
  expected: string,
  received: string,
  cause: unknown,
): SafelightError {
  const told = received.length > 160 ? `${received.slice(0, 157)}...` : received;
  return new SafelightError(code, `expected ${expected} for the original but received: ${told}`, { cause });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
