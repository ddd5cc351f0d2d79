import { refusalInWords } from "../../../domain/model/errors.js";
import type { ImageFormat } from "../../../domain/model/image-format.js";
import type { Size } from "../../../domain/model/size.js";
import { readTiff } from "./tiff-tags.js";

/**
 * The longest side of an original in pixels. JPEG, GIF, WebP and AVIF end long before; of the others no camera and no
 * scanner makes longer ones. libvips ends at 100 million, but takes half a minute for a picture of one by that.
 */
const MAX_SIDE = 1_000_000;

const IMAGE_WIDTH = 256;
const IMAGE_LENGTH = 257;

/** Throws `too-large` for an original with a side of over a million pixels. */
export function checkSides({ width, height }: Size): void {
  if (Math.max(width, height) > MAX_SIDE)
    throw refusalInWords(
      "too-large",
      `at most ${MAX_SIDE} pixels a side`,
      "the original",
      `${width} x ${height}`,
    );
}

/** The same before any decoder sees it, as far as the bytes alone tell: decoders have limits of their own, and other words. */
export function checkStatedSides(bytes: Uint8Array, format: ImageFormat): void {
  const size = format === "png" ? readPngSize(bytes) : format === "tiff" ? readTiffSize(bytes) : undefined;
  if (size) checkSides(size);
}

function readPngSize(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isHeader = String.fromCharCode(...bytes.subarray(12, 16)) === "IHDR";
  return isHeader ? { width: view.getUint32(16), height: view.getUint32(20) } : undefined;
}

function readTiffSize(bytes: Uint8Array): Size | undefined {
  const image = readTiff(bytes);
  const [width] = image?.readNumbers(IMAGE_WIDTH, 1) ?? [];
  const [height] = image?.readNumbers(IMAGE_LENGTH, 1) ?? [];
  return width === undefined || height === undefined ? undefined : { width, height };
}
