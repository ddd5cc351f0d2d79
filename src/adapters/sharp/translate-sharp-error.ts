import { SafelightError } from "../../domain/model/errors.js";
import type { ImageFormat } from "../../domain/model/image-format.js";
import { describeDamage } from "./damage/describe-damage.js";

/** The beginning of libvips' messages while it reads an original, one alternative a decoder. */
const DECODER_MESSAGE =
  /^Input (?:buffer |image exceeds channel limit)|^Warning treated as error|\b(?:source: bad seek|(?:VipsJpeg|vipspng|webp|webp2vips|tiff2vips|heif|(?:jpeg|png|webp|gif|tiff|heif)load(?:_buffer)?): )/;

/** Messages of decoders about pixels that are whole, but of a kind that they do not read. */
const UNSUPPORTED_MESSAGE =
  /\bexceeds channel limit|\b(?:not |un)[ -]?supported\b(?! image format| marker type)|\bnot (?:configured|implemented)\b|\bomitted at compile time|\bonly supports\b|\bsamples_per_pixel not a whole number of bytes|\bsamples out of range|\btile size out of range|\bbad labq format|\bnot SGI-compressed/i;

/** The beginning of a line that says that something is wrong, and not what. */
const EMPTY_WORDS =
  /^Warning treated as error|^error in tile|^Input buffer contains |^source: bad seek|^vipspng: libpng read error|^webp: unable to parse image/;

/** Messages of libvips, of the libraries below it and of Node about a failed allocation. */
const OUT_OF_MEMORY_MESSAGE =
  /\b(?:out of|insufficient|not enough|no) memory\b|\b(?<!from )memory (?:allocation|error)\b|\balloc(?:ate|ating|ation)\b|\bno space for\b/i;

/** Words of libheif and of libvips' GIF decoder, as of an allocation, for more of something than any picture has. */
const DECODER_LIMIT_MESSAGE = /\bSecurity limit exceeded\b|\bbad image dimensions\b/;

/** The original at which sharp failed. */
export interface FailedOriginal {
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
}

/**
 * Translates an error of sharp into one with a code. Only a decoder's message about the bytes rejects the original, because
 * a rejection is permanent. A lack of memory, wherever it shows, is `decoder-crashed`, as if the process had exited: the
 * picture may need too much, or the machine may have too little. Every other error, such as a bug here, is `internal`:
 * it is tried again, and only on the final attempt held against the original.
 */
export function translateSharpError(error: unknown, original?: FailedOriginal): unknown {
  if (error instanceof SafelightError || isAbortError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [line = ""] = message.split("\n");
  if (/exceeds pixel limit/.test(message)) {
    return createError("too-large", "a picture within the pixel limit", line, error);
  }
  if (OUT_OF_MEMORY_MESSAGE.test(message) && !DECODER_LIMIT_MESSAGE.test(message))
    return new SafelightError("decoder-crashed", `memory ran out: ${truncate(line)}`, { cause: error });
  if (DECODER_MESSAGE.test(message) && UNSUPPORTED_MESSAGE.test(message))
    return createError(
      "unsupported-format",
      "pixels of a kind that can be decoded",
      findReason(message),
      error,
    );
  if (DECODER_MESSAGE.test(message))
    return createError(
      "corrupt-image",
      "a picture that decodes to its end",
      findReason(message, original),
      error,
    );
  return new SafelightError("internal", `sharp failed on the original: ${truncate(line)}`, { cause: error });
}

/** Our own words, where they are more exact, or the line of the decoder that says what is wrong. */
function findReason(message: string, original?: FailedOriginal): string {
  const described = original && describeDamage(original.bytes, original.format);
  if (described !== undefined) return described;
  const lines = message
    .split("\n")
    .map((line) => line.replace(/^Input buffer has corrupt header: */, "").trim());
  const told = lines.find((line) => line !== "" && !EMPTY_WORDS.test(line));
  if (told !== undefined) return told;
  return message.startsWith("Input buffer ")
    ? "a header that the decoder does not understand"
    : "pixels that do not decode to their end";
}

function createError(
  code: "too-large" | "corrupt-image" | "unsupported-format",
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
