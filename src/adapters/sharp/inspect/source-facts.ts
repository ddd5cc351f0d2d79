import { getFormatFacts, type ImageFormat } from "../../../domain/model/image-format.js";
import type { SourceFacts } from "../../../domain/model/image-metadata.js";
import { toOrientation } from "../../../domain/model/size.js";
import { readApng } from "../apng/apng-frames.js";
import { type CostFacts, estimateDecodeCost } from "./decode-cost.js";
import { parseExif } from "./exif.js";
import { findGifXmp } from "./gif-blocks.js";
import { readPhotoshopBlock } from "./photoshop-blocks.js";
import { findPngExif, findPngIptc, findPngXmp, readPngRights } from "./png-metadata.js";
import { findRights } from "./rights.js";

/** An original's header, as a decoder reads it before any pixel. */
export interface Header extends CostFacts {
  /** Frames, or the pages or pictures that the format holds instead. */
  readonly pages?: number;
  readonly orientation?: number;
  readonly space: string;
  readonly exif?: Uint8Array;
  readonly xmp?: Uint8Array;
  readonly iptc?: Uint8Array;
  /** Photoshop's resources in a TIFF. */
  readonly tifftagPhotoshop?: Uint8Array;
}

/** Derives the facts of an original from its header and its bytes. */
export function toSourceFacts(
  header: Header,
  format: ImageFormat,
  bytes: Uint8Array,
  warnings: readonly string[] = [],
): SourceFacts {
  const apng = format === "png" ? readApng(bytes) : undefined;
  const frames = apng?.frames.length ?? countFrames(header, format);
  const exif = parseExif(findExifBlock(header, format, bytes));
  const rights = findRights({
    exif,
    xmp: findXmp(header, format, bytes),
    iptc: findIptc(header, format, bytes),
    texts: format === "png" ? readPngRights(bytes) : undefined,
  });
  return {
    format,
    width: header.width,
    height: header.height,
    orientation: toOrientation(header.orientation),
    bytes: bytes.length,
    frames,
    hasAlpha: header.hasAlpha || apng?.hasGaps === true,
    colorSpace: header.space,
    decodeCost: estimateDecodeCost(header, frames, format, bytes),
    ...(warnings.length > 0 && { warnings }),
    ...(exif && { exif }),
    ...(rights && { rights }),
  };
}

/** Pages of a TIFF and pictures of an AVIF collection are not frames: the first is the picture. */
function countFrames({ pages = 1 }: Header, format: ImageFormat): number {
  return getFormatFacts(format).animated ? pages : 1;
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

function findIptc(
  { iptc, tifftagPhotoshop }: Header,
  format: ImageFormat,
  bytes: Uint8Array,
): Uint8Array | undefined {
  // libvips reads the first block of a JPEG alone.
  if (format === "jpeg") return readPhotoshopBlock(bytes);
  if (format === "png") return findPngIptc(bytes);
  return iptc ?? tifftagPhotoshop;
}
