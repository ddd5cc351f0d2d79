import type { ImageFormat } from "../../../domain/model/image-format.js";
import { estimateHeicCost } from "../heic/estimate-heic-cost.js";
import { hasHalfChroma } from "../heif/half-chroma.js";
import { readTiff } from "./tiff-tags.js";

/** Tags of TIFF 6.0, section 15. */
const TILE_WIDTH = 322;
const TILE_LENGTH = 323;

/** The facts of a header that the cost of decoding depends on. */
export interface CostFacts {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly hasAlpha: boolean;
  /** The kind of its numbers: `uchar` has one byte. */
  readonly depth: string;
  readonly isProgressive: boolean;
}

/**
 * Estimates the peak bytes of memory while a picture is decoded and scaled down: `npm run measure:shapes` compares it with
 * what is taken. A decoder may hold the whole picture, and libvips holds whole lines, however long they are.
 */
export function estimateDecodeCost(
  facts: CostFacts,
  frames: number,
  format: ImageFormat,
  bytes: Uint8Array,
): number {
  if (format === "heic") return estimateHeicCost(facts, bytes);
  const { width, height, channels, depth, isProgressive } = facts;
  // Of an animated PNG all frames are composed in memory.
  const isComposed = format === "png" && frames > 1;
  const whole = width * height * frames * (isComposed ? 6 : estimateBytesPerPixel(facts, format, bytes));
  const line = width * channels * (depth === "uchar" ? 1 : 2);
  const lines = line * estimateLines(height * frames) * (format === "jpeg" ? SHARE_OF_JPEG : 1);
  // The decoder of GIF holds both a picture of its own and what the lines are taken from.
  if (format === "gif") return Math.ceil(whole + lines);
  const passes = format === "png" && isProgressive ? line * height + lines / 2 : 0;
  const tiles = format === "tiff" ? readTileRow(bytes, width) * (line / width) : 0;
  return Math.ceil(Math.max(whole, lines, passes, tiles));
}

/** The pixels of a row of a TIFF's tiles, which are held at once; 0 for strips. */
function readTileRow(bytes: Uint8Array, width: number): number {
  const image = readTiff(bytes);
  const [tileWidth = 0] = image?.readNumbers(TILE_WIDTH, 1) ?? [];
  const [tileLength = 0] = image?.readNumbers(TILE_LENGTH, 1) ?? [];
  return tileWidth > 0 ? Math.ceil(width / tileWidth) * tileWidth * tileLength : 0;
}

/** JPEGs are decoded at a fraction of their size wherever long lines are scaled down. */
const SHARE_OF_JPEG = 1 / 4;

/** The lines that libvips holds of a picture of this height, measured: their number follows from how far it is scaled down. */
function estimateLines(height: number): number {
  return Math.min(45 * height, 350 + 3.4 * height, 1_800 + 0.5 * height, 4_000);
}

/** Peak bytes a pixel of what holds the whole picture, measured on 100 megapixels. */
function estimateBytesPerPixel(
  { channels, depth, isProgressive }: CostFacts,
  format: Exclude<ImageFormat, "heic">,
  bytes: Uint8Array,
): number {
  const isDeep = depth !== "uchar";
  switch (format) {
    // A progressive JPEG's coefficients and an interlaced PNG's passes are held for the whole picture.
    case "jpeg":
      return isProgressive ? 7 : 1;
    case "png":
      return (isDeep ? 2 : 1) * (isProgressive ? 5 : 1);
    case "tiff":
      return 2;
    case "gif":
    case "webp":
      return 5;
    case "avif":
      if (!isDeep) return 21;
      return (hasHalfChroma(bytes) ? 27 : 38) + (channels > 3 ? 10 : 0);
  }
}
