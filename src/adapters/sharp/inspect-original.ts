import sharp, { type Metadata } from "sharp";
import { refusal } from "../../domain/model/errors.js";
import type { ImageFormat } from "../../domain/model/image-format.js";
import type { SourceFacts } from "../../domain/model/image-metadata.js";
import { checkUploadBytes, checkUploadPolicy, type UploadPolicy } from "../../domain/model/upload-policy.js";
import { requireLibheif } from "./heic/libheif.js";
import { checkContent, checkLength } from "./inspect/check-content.js";
import { checkLayout } from "./inspect/check-layout.js";
import { checkSides } from "./inspect/check-sides.js";
import { toSourceFacts } from "./inspect/source-facts.js";
import { normalizeOriginal } from "./normalize/normalize-original.js";
import type { NormalizedOriginal } from "./normalize/normalized-original.js";
import { translateSharpError } from "./translate-sharp-error.js";

/** The formats that libvips calls HEIF. It tells their codecs by their brands, which do not all name one. */
const HEIF_FORMATS: ReadonlySet<ImageFormat> = new Set(["avif", "heic"]);

/** Reads the facts of an original from its header, cheapest check first, and refuses what is over a limit before a pixel is decoded. */
export async function inspect(
  bytes: Uint8Array,
  policy: UploadPolicy,
  signal?: AbortSignal,
): Promise<SourceFacts> {
  signal?.throwIfAborted();
  checkUploadBytes(bytes.length, policy);
  checkLength(bytes);
  const format = checkContent(bytes, policy.formats);
  if (format === "heic") requireLibheif();
  const normal = normalizeOriginal(bytes, format);
  const header = await readHeader(normal, format, policy);
  signal?.throwIfAborted();
  const facts = toSourceFacts(header, format, bytes, normal.warnings);
  checkUploadPolicy(facts, policy);
  return facts;
}

async function readHeader(
  { bytes, addedFrames = 0 }: NormalizedOriginal,
  format: ImageFormat,
  policy: UploadPolicy,
): Promise<Metadata> {
  let header: Metadata;
  try {
    header = await sharp(bytes, {
      failOn: "warning",
      limitInputPixels: policy.maxPixels,
      // How many there may be is said below, in our own words.
      limitInputChannels: false,
      unlimited: false,
    }).metadata();
  } catch (error) {
    throw translateSharpError(error, { bytes, format });
  }
  // If the decoder disagrees with the magic bytes, the checks by format were those of another format.
  if (header.format !== (HEIF_FORMATS.has(format) ? "heif" : format))
    throw refusal("unsupported-format", `${format} by its first bytes`, "the original", header.format);
  checkLayout(header, format);
  checkSides(header);
  return { ...header, pages: (header.pages ?? 1) - addedFrames };
}
