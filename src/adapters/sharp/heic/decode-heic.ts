import sharp from "sharp";
import { refusalInWords, SafelightError } from "../../../domain/model/errors.js";
import type { SourceFacts } from "../../../domain/model/image-metadata.js";
import { embedHeifProfile } from "../colors/embed-heif-profile.js";
import { type DecoderAnswer, runDecoder } from "./decoder-thread.js";
import { createTiffHead, type PixelForm } from "./tiff-head.js";
import { toUprightExif } from "./upright-exif.js";

/** Errors of libheif (heif_error.h) that are about what the file is, and not about its bytes. */
const UNSUPPORTED_CODES: ReadonlySet<number | undefined> = new Set([3, 4, 11]);

/** libheif's error when it got no memory, and the part of it that is a limit of libheif's own. */
const MEMORY_CODE = 6;
const SECURITY_LIMIT = 1_000;

/** V8's messages about memory that it did not get. */
const OUT_OF_MEMORY_MESSAGE = /\b(?:could not allocate|out of memory|allocation failed)\b/i;

/** The time that a picture may take: longer than any engine waits that can end its process, so that it ends here too. */
const MILLISECONDS = { base: 120_000, megapixel: 1_000 };

/** The pixels of a HEIC. */
export interface DecodedHeic {
  /** An uncompressed TIFF with the profile and the XMP of the HEIC: it is rendered as any other. */
  readonly tiff: Uint8Array;
  /** Its EXIF, which a TIFF has no place for; the picture is upright, and so it says. */
  readonly exif: Uint8Array | undefined;
}

/**
 * Decodes a HEIC, and turns it upright as the file says. Throws `corrupt-image` and `unsupported-format` for what does not
 * decode, `decoder-crashed` as {@link runDecoder} does, and where memory ran out.
 */
export async function decodeHeic(
  bytes: Uint8Array,
  { width, height, hasAlpha, colorSpace, decodeCost }: SourceFacts,
  signal?: AbortSignal,
): Promise<DecodedHeic> {
  const form: PixelForm = {
    width,
    height,
    channels: hasAlpha ? 4 : 3,
    sampleBytes: colorSpace === "rgb16" ? 2 : 1,
  };
  const { icc, exif, xmp } = await sharp(embedHeifProfile(bytes), { limitInputPixels: false }).metadata();
  const metadata = { profile: icc, xmp, isPremultiplied: false };
  const head = createTiffHead(form, metadata);
  const limits = {
    // Decoding within its estimated cost is what was approved.
    memoryLimitBytes: decodeCost,
    timeLimitMilliseconds: MILLISECONDS.base + Math.ceil((width * height * MILLISECONDS.megapixel) / 1e6),
  };
  const answer = await runDecoder({ ...form, ...limits, bytes, head }, signal);
  if (answer.type === "failed") throw toError(answer);
  if (answer.type === "resized")
    throw refusalInWords(
      "corrupt-image",
      `a HEIC of ${width} x ${height} pixels`,
      "the original",
      `${answer.width} x ${answer.height}`,
    );
  const { file: tiff, isPremultiplied } = answer;
  if (isPremultiplied) tiff.set(createTiffHead(form, { ...metadata, isPremultiplied }));
  return { tiff, exif: exif && toUprightExif(exif) };
}

function toError(answer: Extract<DecoderAnswer, { type: "failed" }>): SafelightError {
  const { code, subcode, message, shortage } = answer;
  if (shortage === "machine" || (code === undefined && !shortage && OUT_OF_MEMORY_MESSAGE.test(message)))
    return new SafelightError("decoder-crashed", `memory ran out: ${message}`);
  if (shortage === "limit" || (code === MEMORY_CODE && subcode !== SECURITY_LIMIT))
    return createError("corrupt-image", "pixels that take more memory than those of its header");
  return createError(UNSUPPORTED_CODES.has(code) ? "unsupported-format" : "corrupt-image", message);
}

function createError(code: "corrupt-image" | "unsupported-format", received: string): SafelightError {
  return refusalInWords(code, "a HEIC that decodes to its end", "the original", received);
}
