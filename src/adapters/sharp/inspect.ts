import sharp, { type Metadata } from "sharp";
import { SafelightError, shown } from "../../domain/model/errors.js";
import { formatFacts, type ImageFormat } from "../../domain/model/image-format.js";
import type { SourceFacts } from "../../domain/model/image-metadata.js";
import { orientationOf } from "../../domain/model/orientation.js";
import { checkUploadPolicy, type UploadPolicy } from "../../domain/model/upload-policy.js";
import { decodeCost } from "./inspect/decode-cost.js";
import { exifFacts } from "./inspect/exif.js";
import { checkGifBlocks } from "./inspect/gif-blocks.js";
import { checkJpegScans } from "./inspect/jpeg-scans.js";
import { checkPngChunks } from "./inspect/png-chunks.js";
import { sniff } from "./inspect/sniff.js";
import { translate } from "./translate.js";

/** The smallest picture of any format is longer. */
const MIN_BYTES = 24;

/** Bands of measurements, not of colours: libvips finds no way from these to sRGB. */
const COLOURLESS: ReadonlySet<string> = new Set(["multiband", "histogram", "matrix", "fourier", "error"]);

/** Learns what the header says, cheapest question first, and refuses what is over a limit before a pixel is decoded. */
export async function inspect(
  bytes: Uint8Array,
  policy: UploadPolicy,
  signal?: AbortSignal,
): Promise<SourceFacts> {
  signal?.throwIfAborted();
  checkLength(bytes.length, policy);
  const format = allowedFormat(bytes, policy);
  if (format === "jpeg") checkJpegScans(bytes);
  if (format === "png") checkPngChunks(bytes);
  if (format === "gif") checkGifBlocks(bytes);
  const header = await readHeader(bytes, format, policy);
  signal?.throwIfAborted();
  const facts = factsOf(header, format, bytes);
  checkUploadPolicy(facts, policy);
  return facts;
}

function checkLength(length: number, policy: UploadPolicy): void {
  if (length > policy.maxBytes) {
    throw new SafelightError(
      "too-large",
      `expected at most ${policy.maxBytes} bytes for the original but received ${length}`,
    );
  }
  if (length < MIN_BYTES) {
    throw new SafelightError(
      "corrupt-image",
      `expected at least ${MIN_BYTES} bytes for the original but received ${length}`,
    );
  }
}

function allowedFormat(bytes: Uint8Array, policy: UploadPolicy): ImageFormat {
  const sniffed = sniff(bytes);
  if ("format" in sniffed && policy.formats.includes(sniffed.format)) return sniffed.format;
  const received = "format" in sniffed ? sniffed.format : sniffed.refused;
  throw new SafelightError(
    "unsupported-format",
    `expected one of ${policy.formats.join(", ")} for the original but received ${received}`,
  );
}

async function readHeader(bytes: Uint8Array, format: ImageFormat, policy: UploadPolicy): Promise<Metadata> {
  let header: Metadata;
  try {
    header = await sharp(bytes, {
      failOn: "warning",
      limitInputPixels: policy.maxPixels,
      unlimited: false,
    }).metadata();
  } catch (error) {
    throw translate(error);
  }
  // The sniffing and the decoder must be of one mind, or the checks by format were the wrong ones.
  const decoded = header.format === "heif" && header.compression === "av1" ? "avif" : header.format;
  if (decoded !== format) {
    throw new SafelightError(
      "unsupported-format",
      `expected ${format} by its first bytes for the original but received ${shown(decoded)}`,
    );
  }
  if (COLOURLESS.has(header.space)) {
    throw new SafelightError(
      "unsupported-format",
      `expected colours for the original but received ${header.space} ${format}`,
    );
  }
  return header;
}

function factsOf(header: Metadata, format: ImageFormat, bytes: Uint8Array): SourceFacts {
  // Pages of a TIFF and pictures of an AVIF collection are not frames: the first is the picture.
  const frames = formatFacts(format).animated ? (header.pages ?? 1) : 1;
  // A TIFF has no block of its own for these tags: it is such a block itself.
  const exif = exifFacts(format === "tiff" ? bytes : header.exif);
  return {
    format,
    width: header.width,
    height: header.height,
    orientation: orientationOf(header.orientation),
    bytes: bytes.length,
    frames,
    hasAlpha: header.hasAlpha,
    colourSpace: header.space,
    decodeCost: decodeCost(format, header, frames),
    ...(exif && { exif }),
  };
}
