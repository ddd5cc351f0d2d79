import { crc32 } from "node:zlib";
import { refusalInWords, type SafelightError } from "../../../domain/model/errors.js";
import type { Rectangle } from "../../../domain/model/size.js";

/** One frame of an animated PNG (PNG, third edition, 11.3.4.2). */
export interface ApngFrame {
  /** The part of the picture that it is drawn on. */
  readonly area: Rectangle;
  /** Milliseconds that it is shown. */
  readonly delay: number;
  /** The area afterwards: as it is, empty, or as it was before. */
  readonly disposal: "keep" | "clear" | "restore";
  /** Whether it is laid over what is there, or put in its place. */
  readonly isBlended: boolean;
  /** Its compressed pixels, in pieces. */
  readonly data: readonly Uint8Array[];
}

/** An animated PNG. */
export interface Apng {
  /** How often it is played; 0: for ever. */
  readonly loop: number;
  readonly frames: readonly ApngFrame[];
  /** Whether frames leave a part of the picture empty, whatever their colors. */
  readonly hasGaps: boolean;
  /** The header, and all that stands between it and the pixels: palette, transparency, colors. */
  readonly header: DataView;
  readonly shared: readonly Uint8Array[];
}

/** A chunk of a PNG: its type, its data, and all of it. */
interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly data: DataView;
  readonly bytes: Uint8Array;
}

const DISPOSALS = ["keep", "clear", "restore"] as const;

/** Bytes of a frame's number, which stands before its data. */
const SEQUENCE_BYTES = 4;

/**
 * Reads the frames of an animated PNG; `undefined` for one that is not, or whose frames are not as the standard says: viewers
 * then show the picture that every PNG has. Throws `corrupt-image` for one that breaks off.
 */
export function readApng(bytes: Uint8Array): Apng | undefined {
  const header = new DataView(bytes.buffer, bytes.byteOffset + 16, 13);
  const screen = { left: 0, top: 0, width: header.getUint32(0), height: header.getUint32(4) };
  const shared: Uint8Array[] = [];
  const frames: (ApngFrame & { data: Uint8Array[] })[] = [];
  let control: DataView | undefined;
  let hasPixels = false;
  let sequence = 0;
  for (const { type, start, data, bytes: chunk } of listChunks(bytes)) {
    if (type === "damage" && control) throw createDamageError(start);
    const isNumbered = type === "fcTL" || type === "fdAT";
    if (isNumbered && (data.byteLength < SEQUENCE_BYTES || data.getUint32(0) !== sequence++))
      return undefined;
    if (type === "acTL" && !hasPixels && data.byteLength === 8) control = data;
    else if (type === "fcTL") {
      const frame = readFrame(data, screen);
      // The picture that every PNG has is the first frame, or none.
      if (!control || !frame || (!hasPixels && frames.length > 0)) return undefined;
      if (!hasPixels && !isWhole(frame.area, screen)) return undefined;
      frames.push(frame);
    } else if (type === "IDAT") {
      // Without this there is nothing to be moved.
      if (!control) return undefined;
      hasPixels = true;
      if (frames.length === 1) frames[0]?.data.push(toBytes(data, 0));
    } else if (type === "fdAT") frames.at(-1)?.data.push(toBytes(data, SEQUENCE_BYTES));
    else if (!hasPixels && type !== "IHDR" && type !== "acTL") shared.push(chunk);
  }
  const whole = frames.filter(({ data }) => data.length > 0).slice(0, control?.getUint32(0));
  if (!control || whole.length < 2) return undefined;
  const hasGaps =
    !isWhole(whole[0]?.area ?? screen, screen) || whole.some(({ disposal }) => disposal === "clear");
  return { loop: control.getUint32(4), frames: whole, hasGaps, header, shared };
}

function createDamageError(at: number): SafelightError {
  const expected = "an animated PNG whose frames are whole";
  return refusalInWords("corrupt-image", expected, "the original", `one that is damaged at byte ${at}`);
}

/** Lists the chunks up to the end; the last is of type `damage` if that is not reached, or the chunk of a frame is not whole. */
function* listChunks(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 8;
  while (start + 12 <= bytes.length) {
    const length = view.getUint32(start);
    const end = start + 12 + length;
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    if (type === "IEND") return;
    if (end > bytes.length) break;
    const chunk = bytes.subarray(start, end);
    const isOfFrame = type === "fdAT" || type === "fcTL";
    if (isOfFrame && crc32(chunk.subarray(4, -4)) !== view.getUint32(end - 4)) break;
    yield { type, start, bytes: chunk, data: new DataView(view.buffer, view.byteOffset + start + 8, length) };
    start = end;
  }
  yield {
    type: "damage",
    start,
    bytes: new Uint8Array(),
    data: new DataView(view.buffer, view.byteOffset, 0),
  };
}

/** Reads a frame's control chunk; `undefined` for one that is wrong. */
function readFrame(data: DataView, screen: Rectangle): (ApngFrame & { data: Uint8Array[] }) | undefined {
  if (data.byteLength !== 26) return undefined;
  const [width, height, left, top] = [4, 8, 12, 16].map((at) => data.getUint32(at)) as [
    number,
    number,
    number,
    number,
  ];
  const disposal = DISPOSALS[data.getUint8(24)];
  const blending = data.getUint8(25);
  const isInside = width > 0 && height > 0 && left + width <= screen.width && top + height <= screen.height;
  if (!isInside || !disposal || blending > 1) return undefined;
  const delay = Math.round((1_000 * data.getUint16(20)) / (data.getUint16(22) || 100));
  return { area: { left, top, width, height }, delay, disposal, isBlended: blending === 1, data: [] };
}

function isWhole({ width, height }: Rectangle, screen: Rectangle): boolean {
  return width === screen.width && height === screen.height;
}

function toBytes(data: DataView, offset: number): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset + offset, data.byteLength - offset);
}
