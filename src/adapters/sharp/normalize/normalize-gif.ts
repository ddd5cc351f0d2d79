import type { Rectangle, Size } from "../../../domain/model/size.js";
import { type GifFrame, listGifFrames } from "./gif-frames.js";
import { findUnusedColor } from "./gif-unused-color.js";
import type { NormalizedOriginal } from "./normalized-original.js";

/** Bytes to be put into a copy, and the part of the original that they replace. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/**
 * Makes a GIF that leaves part of its screen empty transparent there, in a copy. libvips holds opacity only where some
 * frame has a transparent color, clears a frame to nothing only where that frame has one, and takes screens of some sizes
 * for mistakes: then they end where the first frame does. So a frame of one transparent pixel is added in front of all
 * others, in the last corner of the screen, and frames that are cleared get a transparent color that none of their pixels has.
 */
export function normalizeGif(bytes: Uint8Array): NormalizedOriginal {
  const frames = [...listGifFrames(bytes)];
  const screen = readScreen(bytes);
  const cleared = frames.flatMap((frame, at) => (isSeenCleared(frame, frames[at + 1]) ? [frame] : []));
  const changes = cleared.flatMap((frame) => addTransparency(bytes, frame));
  const [first] = frames;
  const isSparse = first !== undefined && hasGaps(frames, screen);
  if (isSparse) changes.unshift({ from: first.start, to: first.start, bytes: createCorner(screen) });
  if (changes.length === 0) return { bytes, warnings: [] };
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const change of changes) {
    pieces.push(bytes.subarray(at, change.from), change.bytes);
    at = change.to;
  }
  const copy = Buffer.concat([...pieces, bytes.subarray(at)]);
  return { bytes: copy, warnings: [], ...(isSparse && { addedFrames: 1 }) };
}

function readScreen(bytes: Uint8Array): Size {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** Whether the first frame does not reach the last corner of the screen, or leaves a part of it empty that counts as full. */
function hasGaps(frames: readonly GifFrame[], screen: Size): boolean {
  if (screen.width === 0 || screen.height === 0) return false;
  const whole = { left: 0, top: 0, ...screen };
  const isOpen = frames.every(({ isTransparent }) => !isTransparent);
  const { left, top, width, height } = frames[0]?.area ?? whole;
  const reachesCorner = left + width >= screen.width && top + height >= screen.height;
  return !reachesCorner || (isOpen && (left > 0 || top > 0));
}

/** Whether a frame is cleared without a transparent color, and the next one does not hide it. */
function isSeenCleared(frame: GifFrame, next: GifFrame | undefined): boolean {
  if (!next || !frame.isCleared || frame.isTransparent) return false;
  return next.isTransparent || !isCovering(next.area, frame.area);
}

function isCovering(area: Rectangle, other: Rectangle): boolean {
  return (
    area.left <= other.left &&
    area.top <= other.top &&
    area.left + area.width >= other.left + other.width &&
    area.top + area.height >= other.top + other.height
  );
}

/** A graphic control extension: its introducer, label and length, four bytes, and the end of its sub-blocks. */
const CONTROL_BYTES = 8;

/** Gives a frame a transparent color; of a frame that uses all of them none can be spared. */
function addTransparency(bytes: Uint8Array, { control, pixels }: GifFrame): readonly Change[] {
  const color = findUnusedColor(bytes, pixels);
  // What is cleared says so in its control extension.
  if (color === undefined || control === undefined) return [];
  const written = Buffer.from(bytes.subarray(control, control + CONTROL_BYTES));
  written[3] = (written[3] ?? 0) | 1;
  written[6] = color;
  return [{ from: control, to: control + CONTROL_BYTES, bytes: written }];
}

/** A frame of one pixel, transparent by its table of two colors. */
function createCorner({ width, height }: Size): Buffer {
  const control = Buffer.from([0x21, 0xf9, 4, 1, 10, 0, 0, 0]);
  const descriptor = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0x80]);
  descriptor.writeUInt16LE(width - 1, 1);
  descriptor.writeUInt16LE(height - 1, 3);
  // Codes of three bits: clear (4), color 0, end (5).
  const pixels = Buffer.from([2, 2, 0x44, 0x01, 0]);
  return Buffer.concat([control, descriptor, Buffer.alloc(6), pixels]);
}
