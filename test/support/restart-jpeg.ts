import sharp from "sharp";
import { buildJpegSegment } from "./image-blocks.js";
import { findMarkers, replaceBytes } from "./odd-images.js";

const ROWS = 6;

/** A gray JPEG with a restart marker behind each row of blocks, in pieces: all before its pixels, then each row's. */
export async function drawRestartJpeg(): Promise<{
  readonly head: Buffer;
  readonly rows: readonly Buffer[];
}> {
  const strips = await Promise.all(Array.from({ length: ROWS }, (_, row) => encodeRow(row)));
  const [first = Buffer.alloc(0)] = strips;
  const markers = findMarkers(first);
  const frame = markers.find(({ marker }) => marker === 0xc0)?.at ?? 0;
  const interval = buildJpegSegment(0xdd, Buffer.from([0, 64 / 8]));
  const tall = replaceBytes(first, frame + 5, 0, ROWS * 8);
  const scan = findScanData(first);
  return {
    head: Buffer.concat([tall.subarray(0, 2), interval, tall.subarray(2, scan)]),
    rows: strips.map((strip) => strip.subarray(findScanData(strip), -2)),
  };
}

/** The pieces with the restart markers of these numbers between them. */
export function joinRows(
  { head, rows }: { readonly head: Buffer; readonly rows: readonly Buffer[] },
  numbers: readonly number[] = [0, 1, 2, 3, 4],
): Buffer {
  const data = rows.flatMap((row, index) => {
    const number = numbers[index - 1];
    return number === undefined ? [row] : [Buffer.from([0xff, 0xd0 + number]), row];
  });
  return Buffer.concat([head, ...data, Buffer.from([0xff, 0xd9])]);
}

/** Rows share their tables, and each is a JPEG of its own: predictions begin anew at a restart marker too. */
function encodeRow(row: number): Promise<Buffer> {
  const pixels = Buffer.from(
    Array.from({ length: 64 * 8 }, (_, index) => ((index % 64) * 3 + row * 31) % 256),
  );
  return sharp(pixels, { raw: { width: 64, height: 8, channels: 1 } })
    .toColourspace("b-w")
    .jpeg({ optimiseCoding: false })
    .toBuffer();
}

function findScanData(jpeg: Buffer): number {
  const { at } = findMarkers(jpeg).at(-1) ?? { at: 0 };
  return at + 2 + jpeg.readUInt16BE(at + 2);
}
