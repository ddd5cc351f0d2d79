import { SafelightError } from "../../domain/model/errors.js";

/** How libvips begins what it says while reading an original, one entry a decoder. */
const DECODERS =
  /^Input buffer |^Warning treated as error|\b(?:VipsJpeg|vipspng|webp|webp2vips|tiff2vips|heif|(?:jpeg|png|webp|gif|tiff|heif)load(?:_buffer)?): /;

/** How decoders say that they got no memory: their own words, or those of the libraries below them. */
const WITHOUT_MEMORY =
  /\b(?:out of|insufficient|not enough|no) memory\b|\bmemory allocation\b|\balloc(?:ate|ating|ation)\b|\bno space for\b/i;

/**
 * Says whose fault an error of sharp is. Only what a decoder reported of the bytes blames the original, because that is
 * recorded for ever. Where it got no memory, the picture asks for too much or the machine has too little, and nobody
 * can tell from here: `decoder-crashed`, as if it had died of it. Everything else, a lack of memory elsewhere or a
 * mistake of ours, is `internal` and is tried again.
 */
export function translate(error: unknown): unknown {
  if (error instanceof SafelightError || isAbort(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [line = ""] = message.split("\n");
  if (/exceeds pixel limit/.test(message)) {
    return refusal("too-large", "a picture within the pixel limit", line, error);
  }
  if (DECODERS.test(message) && WITHOUT_MEMORY.test(message))
    return new SafelightError("decoder-crashed", `decoding ended without memory: ${short(line)}`, {
      cause: error,
    });
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
  const message = `expected ${expected} for the original but received: ${short(received)}`;
  return new SafelightError(code, message, { cause });
}

function short(line: string): string {
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
