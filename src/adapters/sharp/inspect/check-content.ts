import { refusal } from "../../../domain/model/errors.js";
import type { ImageFormat } from "../../../domain/model/image-format.js";
import { createFormatError } from "../../../domain/model/upload-policy.js";
import { HEIC_NOT_ALLOWED } from "../heic/libheif.js";
import { checkHeifLayout } from "./check-heif-layout.js";
import { checkStatedSides } from "./check-sides.js";
import { checkTiffLayout } from "./check-tiff-layout.js";
import { checkGifBlocks } from "./gif-blocks.js";
import { checkJpegScans } from "./jpeg-scans.js";
import { checkPngChunks } from "./png-chunks.js";
import { sniff } from "./sniff.js";

/** The smallest picture of any format is longer. */
const MIN_BYTES = 24;

/**
 * Finds the format of an original by its content. Throws `unsupported-format` unless it is one of `formats`, `corrupt-image`
 * for a truncated file, `too-large` for one that is built to exhaust a decoder.
 */
export function checkContent(bytes: Uint8Array, formats: readonly ImageFormat[]): ImageFormat {
  const sniffed = sniff(bytes);
  if (!("format" in sniffed)) throw createFormatError(sniffed.refused, formats);
  const { format } = sniffed;
  if (!formats.includes(format))
    throw createFormatError(format === "heic" ? HEIC_NOT_ALLOWED : format, formats);
  checkLength(bytes);
  checkStatedSides(bytes, format);
  if (format === "jpeg") checkJpegScans(bytes);
  if (format === "png") checkPngChunks(bytes);
  if (format === "gif") checkGifBlocks(bytes);
  if (format === "tiff") checkTiffLayout(bytes);
  if (format === "avif" || format === "heic") checkHeifLayout(bytes);
  return format;
}

/** Throws `corrupt-image` for fewer bytes than any picture has. */
export function checkLength({ length }: Uint8Array): void {
  if (length < MIN_BYTES)
    throw refusal("corrupt-image", `at least ${MIN_BYTES} bytes`, "the original", length);
}
