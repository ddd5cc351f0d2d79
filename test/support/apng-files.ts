import { deflateSync } from "node:zlib";
import { buildPngChunk } from "./hostile/png-parts.js";

/** One frame of an animated PNG. */
export interface ApngFrameParts {
  readonly left?: number;
  readonly top?: number;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of all pixels. */
  readonly color: readonly number[];
  /** Seconds, as a fraction. Default: 1/10. */
  readonly delay?: readonly [number, number];
  /** 0: the area stays; 1: it is cleared; 2: it is restored. Default: 0. */
  readonly disposal?: 0 | 1 | 2;
  /** Whether it is laid over what is there. Default: false. */
  readonly isBlended?: boolean;
}

/** How an animated PNG is written. */
export interface ApngForm {
  /** The color of a picture that is no frame, for viewers without animation. Default: the first frame is that picture. */
  readonly still?: readonly number[];
  /** Default: 0, for ever. */
  readonly loop?: number;
  /** Default: the number of frames. */
  readonly count?: number;
  /** Whether its colors have opacity. Default: true. */
  readonly hasAlpha?: boolean;
  /** Chunks before the pixels. */
  readonly chunks?: readonly Uint8Array[];
}

/** An animated PNG of 8 bits a color. */
export function buildApng(
  [width, height]: readonly [width: number, height: number],
  frames: readonly ApngFrameParts[],
  { still, loop = 0, count = frames.length, chunks = [], hasAlpha = true }: ApngForm = {},
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, hasAlpha ? 6 : 2, 0, 0, 0], 8);
  const toStored = (color: readonly number[]) => color.slice(0, hasAlpha ? 4 : 3);
  let sequence = 0;
  const writeSequence = () => writeNumbers([sequence++]);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    buildPngChunk("IHDR", header),
    ...chunks,
    buildPngChunk("acTL", writeNumbers([count, loop])),
    ...(still ? [buildPngChunk("IDAT", compressPixels({ width, height, color: toStored(still) }))] : []),
    ...frames.flatMap((frame, index) => {
      const control = buildPngChunk("fcTL", buildControl(writeSequence(), frame));
      const pixels = compressPixels({ ...frame, color: toStored(frame.color) });
      return index === 0 && !still
        ? [control, buildPngChunk("IDAT", pixels)]
        : [control, buildPngChunk("fdAT", Buffer.concat([writeSequence(), pixels]))];
    }),
    buildPngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function buildControl(sequence: Buffer, frame: ApngFrameParts): Buffer {
  const { width, height, left = 0, top = 0, delay = [1, 10], disposal = 0, isBlended = false } = frame;
  const tail = Buffer.alloc(6);
  tail.writeUInt16BE(delay[0], 0);
  tail.writeUInt16BE(delay[1], 2);
  tail.set([disposal, isBlended ? 1 : 0], 4);
  return Buffer.concat([sequence, writeNumbers([width, height, left, top]), tail]);
}

function compressPixels({
  width,
  height,
  color,
}: Pick<ApngFrameParts, "width" | "height" | "color">): Buffer {
  const row = Buffer.from([0, ...Array.from({ length: width }, () => [...color]).flat()]);
  return deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
}

function writeNumbers(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, index * 4);
  return bytes;
}
