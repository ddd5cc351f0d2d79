import { getFormatFacts, type ImageFormat } from "../../../domain/model/image-format.js";
import type { SourceFacts } from "../../../domain/model/image-metadata.js";
import { toOrientation } from "../../../domain/model/size.js";
import { estimateHeicCost } from "../heic/estimate-heic-cost.js";
import { parseExif } from "./exif.js";
import { findGifXmp } from "./gif-blocks.js";
import { findPngExif, findPngXmp } from "./png-metadata.js";
import { findRights } from "./rights.js";

/** An original's header, as a decoder reads it before any pixel. */
export interface Header {
  readonly width: number;
  readonly height: number;
  /** Frames, or the pages or pictures that the format holds instead. */
  readonly pages?: number;
  readonly orientation?: number;
  readonly hasAlpha: boolean;
  readonly space: string;
  readonly depth: string;
  readonly isProgressive: boolean;
  readonly exif?: Uint8Array;
  readonly xmp?: Uint8Array;
  readonly iptc?: Uint8Array;
}

/** Derives the facts of an original from its header and its bytes. */
export function toSourceFacts(
  header: Header,
  format: ImageFormat,
  bytes: Uint8Array,
  warnings: readonly string[] = [],
): SourceFacts {
  // Pages of a TIFF and pictures of an AVIF collection are not frames: the first is the picture.
  const frames = getFormatFacts(format).animated ? (header.pages ?? 1) : 1;
  const exif = parseExif(findExifBlock(header, format, bytes));
  const rights = findRights({ exif, xmp: findXmp(header, format, bytes), iptc: header.iptc });
  return {
    format,
    width: header.width,
    height: header.height,
    orientation: toOrientation(header.orientation),
    bytes: bytes.length,
    frames,
    hasAlpha: header.hasAlpha,
    colorSpace: header.space,
    decodeCost: estimateDecodeCost(header, format, bytes, frames),
    ...(warnings.length > 0 && { warnings }),
    ...(exif && { exif }),
    ...(rights && { rights }),
  };
}

function findExifBlock({ exif }: Header, format: ImageFormat, bytes: Uint8Array): Uint8Array | undefined {
  // A TIFF has no block of its own for these tags: it is such a block itself.
  if (format === "tiff") return bytes;
  return exif ?? (format === "png" ? findPngExif(bytes) : undefined);
}

function findXmp({ xmp }: Header, format: ImageFormat, bytes: Uint8Array): Uint8Array | undefined {
  if (format === "gif") return findGifXmp(bytes);
  return xmp ?? (format === "png" ? findPngXmp(bytes) : undefined);
}

/** Bytes of memory at the peak, while a picture is decoded and scaled down. */
function estimateDecodeCost(header: Header, format: ImageFormat, bytes: Uint8Array, frames: number): number {
  if (format === "heic") return estimateHeicCost(header, bytes);
  return Math.ceil(header.width * header.height * frames * estimateBytesPerPixel(format, header));
}

/** Peak bytes a pixel while a picture of 100 megapixels is decoded and scaled down, measured. */
function estimateBytesPerPixel(
  format: Exclude<ImageFormat, "heic">,
  { isProgressive, depth }: Header,
): number {
  switch (format) {
    // A progressive JPEG's coefficients and an interlaced PNG's passes are held for the whole picture.
    case "jpeg":
      return isProgressive ? 7 : 1;
    case "png":
      if (depth === "ushort") return isProgressive ? 10 : 2;
      return isProgressive ? 5 : 1;
    case "tiff":
      return 2;
    case "gif":
    case "webp":
      return 5;
    case "avif":
      return 19;
  }
}
