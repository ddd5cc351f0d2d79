import { once } from "node:events";
import { createDeflate } from "node:zlib";
import sharp from "sharp";
import { buildPngChunk } from "./hostile/png-parts.js";
import { buildTiff, TYPE } from "./tiff-files.js";

/** A picture of one color in some shape and layout, made by hand: few bytes, and no encoder that holds it. */
export interface Shape {
  readonly name: string;
  readonly build: () => Promise<Buffer>;
}

/** The layout of a PNG. */
export interface PngLayout {
  readonly color: 0 | 2 | 3 | 4 | 6;
  readonly depth: 1 | 8 | 16;
  readonly interlaced?: boolean;
}

/** The layout of a TIFF. */
export interface TiffLayout {
  readonly samples: number;
  readonly bits: number;
  /** Default: 1, unsigned. */
  readonly format?: number;
  readonly photometric?: number;
  /** Width and length of a tile. Default: strips. */
  readonly tile?: readonly [width: number, length: number];
  /** Default: all rows. */
  readonly rowsPerStrip?: number;
  readonly separatePlanes?: boolean;
  /** Pixels of YCbCr that share colors, across and down. Default: nothing says so. */
  readonly subsampling?: readonly [across: number, down: number];
  /** Whether no tag tells of channels beside the colors. Default: false. */
  readonly isExtraMissing?: boolean;
  /** Default: 8, deflate. */
  readonly compression?: number;
  readonly isBig?: boolean;
  /** The bytes of each strip or tile. Default: zeros. */
  readonly block?: Uint8Array;
}

const PNG_CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** First column, first row, and the steps between columns and rows of each pass of an interlaced PNG. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** A black PNG. */
export async function buildPngShape(width: number, height: number, layout: PngLayout): Promise<Buffer> {
  const { color, depth, interlaced = false } = layout;
  const countRowBytes = (pixels: number) => 1 + Math.ceil((pixels * PNG_CHANNELS[color] * depth) / 8);
  const passes = interlaced ? PASSES : ([[0, 0, 1, 1]] as const);
  let bytes = 0;
  for (const [left, top, across, down] of passes) {
    const columns = Math.ceil((width - left) / across);
    if (columns > 0) bytes += countRowBytes(columns) * Math.max(0, Math.ceil((height - top) / down));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, color, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    buildPngChunk("IHDR", header),
    ...(color === 3 ? [buildPngChunk("PLTE", Buffer.from([200, 30, 30, 30, 30, 200]))] : []),
    buildPngChunk("IDAT", await compressZeros(bytes)),
    buildPngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A TIFF whose strips or tiles are all the same one. */
export async function buildTiffShape(width: number, height: number, layout: TiffLayout): Promise<Buffer> {
  const { samples, bits, tile, compression = 8, separatePlanes = false, isBig = false } = layout;
  const photometric = layout.photometric ?? (samples > 2 ? 2 : 1);
  const colors = { 2: 3, 5: 4, 6: 3, 8: 3 }[photometric] ?? 1;
  const rows = tile ? tile[1] : Math.min(layout.rowsPerStrip ?? height, height);
  const columns = tile ? tile[0] : width;
  const bytes = rows * Math.ceil((columns * (separatePlanes ? 1 : samples) * bits) / 8);
  const block = layout.block ?? (compression === 8 ? await compressZeros(bytes) : Buffer.alloc(bytes));
  const parts = Math.ceil(height / rows) * (tile ? Math.ceil(width / columns) : 1);
  const repeat = (value: number, count: number) => Array.from({ length: count }, () => value);
  const count = parts * (separatePlanes ? samples : 1);
  const offsets = repeat(isBig ? 16 : 8, count);
  return buildTiff(
    [
      [256, TYPE.long, [width]],
      [257, TYPE.long, [height]],
      [258, TYPE.short, repeat(bits, samples)],
      [259, TYPE.short, [compression]],
      [262, TYPE.short, [photometric]],
      [277, TYPE.short, [samples]],
      [284, TYPE.short, [separatePlanes ? 2 : 1]],
      [339, TYPE.short, repeat(layout.format ?? 1, samples)],
      ...(samples > colors && !layout.isExtraMissing
        ? [[338, TYPE.short, repeat(0, samples - colors)] as const]
        : []),
      ...(layout.subsampling ? [[530, TYPE.short, layout.subsampling] as const] : []),
      ...(tile
        ? [
            [322, TYPE.long, [tile[0]]] as const,
            [323, TYPE.long, [tile[1]]] as const,
            [324, TYPE.long, offsets] as const,
            [325, TYPE.long, repeat(block.length, count)] as const,
          ]
        : [
            [278, TYPE.long, [rows]] as const,
            [273, TYPE.long, offsets] as const,
            [279, TYPE.long, repeat(block.length, count)] as const,
          ]),
    ],
    { isBig },
    block,
  );
}

/** A picture by sharp's encoders. */
export function drawShape(width: number, height: number, channels: 3 | 4 = 3) {
  const background = channels === 4 ? { r: 10, g: 60, b: 120, alpha: 0.5 } : "#446677";
  return sharp({ create: { width, height, channels, background }, limitInputPixels: false });
}

const PIECE = Buffer.alloc(16_000_000);

/** Compresses zeros, of which nobody has to hold all. */
async function compressZeros(bytes: number): Promise<Buffer> {
  const stream = createDeflate({ level: 1, chunkSize: 1 << 20 });
  const compressed: Buffer[] = [];
  stream.on("data", (data: Buffer) => compressed.push(data));
  const ended = once(stream, "end");
  for (let left = bytes; left > 0; left -= PIECE.length)
    if (!stream.write(PIECE.subarray(0, Math.min(left, PIECE.length)))) await once(stream, "drain");
  stream.end();
  await ended;
  return Buffer.concat(compressed);
}
