import type { Rectangle } from "../../../domain/model/size.js";
import { type GifFrame, listGifFrames } from "./gif-frames.js";
import { findUnusedColor } from "./unused-color.js";

/**
 * Declares a color transparent that no pixel has, in a copy of a GIF that leaves part of its screen empty and has no
 * such color: libvips holds opacity only where a color stands for transparency, and shows the rest in black or in the
 * color of the background. Viewers show nothing there. Returns the bytes themselves where nothing is empty.
 */
export function normalizeGif(bytes: Uint8Array): Uint8Array {
  const opened = listOpenFrames(bytes);
  const changes = opened.flatMap((frame) => {
    const color = findUnusedColor(bytes, frame.pixels);
    return color === undefined ? [] : [{ frame, color }];
  });
  if (changes.length === 0) return bytes;
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { frame, color } of changes) {
    const { control, start } = frame;
    const at = control ?? start;
    pieces.push(bytes.subarray(from, at), writeControl(bytes, control, color));
    from = control === undefined ? start : control + CONTROL_BYTES;
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}

/** Lists the frames that have to be transparent for the empty part to be: the first, and those that are cleared. */
function listOpenFrames(bytes: Uint8Array): readonly GifFrame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const screen = { left: 0, top: 0, width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const open: GifFrame[] = [];
  let [previous, first]: (GifFrame | undefined)[] = [];
  let hasTransparency = false;
  for (const frame of listGifFrames(bytes)) {
    first ??= frame;
    hasTransparency ||= frame.isTransparent;
    const isCovered = !frame.isTransparent && isCovering(frame.area, previous?.area ?? frame.area);
    if (previous?.isCleared && !previous.isTransparent && !isCovered) open.push(previous);
    previous = frame;
  }
  if (!first || hasTransparency || open.includes(first) || isCovering(first.area, screen)) return open;
  return [first, ...open];
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

/** Writes a frame's graphic control extension with its transparent color; a frame that has none is shown for 0.1 s. */
function writeControl(bytes: Uint8Array, control: number | undefined, color: number): Buffer {
  const written =
    control === undefined
      ? Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0])
      : Buffer.from(bytes.subarray(control, control + CONTROL_BYTES));
  written[3] = (written[3] ?? 0) | 1;
  written[6] = color;
  return written;
}
