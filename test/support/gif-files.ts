/** One frame of a GIF made by hand. */
export interface GifFrameParts {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Indexes of colors, row by row, or the one of all pixels. */
  readonly pixels: number | readonly number[];
  /** The index that stands for transparency. Default: none. */
  readonly transparent?: number;
  /** As GIF89a, 23 counts them. Default: 0. */
  readonly disposal?: number;
  /** Whether it has a graphic control extension. Default: true. */
  readonly hasControl?: boolean;
}

/** A GIF with a table of two to 256 colors for all frames. */
export function buildGif(
  [width, height]: readonly [width: number, height: number],
  colors: readonly (readonly number[])[],
  frames: readonly GifFrameParts[],
): Buffer {
  const bits = Math.max(1, Math.ceil(Math.log2(colors.length)));
  const table = Buffer.alloc(3 * 2 ** bits);
  for (const [index, color] of colors.entries()) table.set(color, index * 3);
  const head = Buffer.from("GIF89a\0\0\0\0\0\0\0", "latin1");
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  head[10] = 0xf0 | (bits - 1);
  const loop = Buffer.from("\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0", "latin1");
  return Buffer.concat([
    head,
    table,
    ...(frames.length > 1 ? [loop] : []),
    ...frames.map((frame) => buildFrame(frame, Math.max(2, bits))),
    Buffer.from(";"),
  ]);
}

function buildFrame(frame: GifFrameParts, bits: number): Buffer {
  const { width, height, pixels, transparent, disposal = 0, hasControl = true } = frame;
  const flags = (disposal << 2) | (transparent === undefined ? 0 : 1);
  const control = Buffer.from([0x21, 0xf9, 4, flags, 10, 0, transparent ?? 0, 0]);
  const descriptor = Buffer.alloc(10, 0);
  descriptor[0] = 0x2c;
  for (const [index, value] of [frame.left, frame.top, width, height].entries())
    descriptor.writeUInt16LE(value, 1 + index * 2);
  const all = typeof pixels === "number" ? Array.from({ length: width * height }, () => pixels) : pixels;
  return Buffer.concat([...(hasControl ? [control] : []), descriptor, compress(all, bits)]);
}

/** Codes of one length: the table is cleared before it would need longer ones. */
function compress(pixels: readonly number[], bits: number): Buffer {
  const clear = 2 ** bits;
  const codes = pixels.flatMap((pixel, index) => (index % (clear - 2) === 0 ? [clear, pixel] : [pixel]));
  const bytes: number[] = [];
  let [held, count] = [0, 0];
  for (const code of [...codes, clear + 1]) {
    held |= code << count;
    for (count += bits + 1; count >= 8; count -= 8) {
      bytes.push(held & 0xff);
      held >>>= 8;
    }
  }
  if (count > 0) bytes.push(held);
  const blocks = Array.from({ length: Math.ceil(bytes.length / 255) }, (_, index) => {
    const block = bytes.slice(index * 255, (index + 1) * 255);
    return Buffer.from([block.length, ...block]);
  });
  return Buffer.concat([Buffer.from([bits]), ...blocks, Buffer.from([0])]);
}
