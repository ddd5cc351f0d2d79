import { endianness } from "node:os";
import type { Size } from "../../../domain/model/size.js";
import type { RawPicture } from "./raw-picture.js";

/**
 * Downscales with a box filter: each pixel is the mean of a square block of `side` pixels; incomplete blocks at the edges
 * are dropped. libjpeg's picture at 1/8 has the same means, so that it can be derived from the one at 1/2 or 1/4 without
 * decoding. sharp has no such operation of libvips.
 */
export function averageBlocks(picture: RawPicture, side: number, size: Size): RawPicture {
  const words = side === WORD_BLOCK ? readAsWords(picture) : undefined;
  const data = words ? averageWords(words, picture.width, size) : averageBytes(picture, side, size);
  return { data, ...size, channels: picture.channels };
}

function averageBytes({ data, width, channels }: RawPicture, side: number, size: Size): Buffer {
  const row = width * channels;
  const half = (side * side) >> 1;
  const means = Buffer.allocUnsafe(size.width * size.height * channels);
  let to = 0;
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      let [red, green, blue] = [half, half, half];
      for (let below = 0; below < side; below++) {
        const start = (y * side + below) * row + x * side * channels;
        for (let at = start; at < start + side * channels; at += channels) {
          red += data[at] as number;
          green += data[at + 1] as number;
          blue += data[at + 2] as number;
        }
      }
      means[to++] = red / (side * side);
      means[to++] = green / (side * side);
      means[to++] = blue / (side * side);
    }
  return means;
}

/** Four pixels of three bytes are three words: blocks of this side can be read a word at a time. */
const WORD_BLOCK = 4;

/** Whether the first byte of a word is its lowest. */
const IS_LITTLE_ENDIAN = endianness() === "LE";

/** The pixels as words; `undefined` where rows do not consist of words. */
function readAsWords({ data, width, channels }: RawPicture): Uint32Array | undefined {
  const isWhole = (bytes: number) => bytes % Uint32Array.BYTES_PER_ELEMENT === 0;
  if (!IS_LITTLE_ENDIAN || channels !== 3 || !isWhole(data.byteOffset) || !isWhole(width * 3))
    return undefined;
  return new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
}

/** Leaves the first and third byte of a word, or of one moved by eight bits the second and fourth, and room to add up lines. */
const EVERY_OTHER_BYTE = 0x00ff00ff;

/** The same means as from bytes, in two fifths of the time: two bytes are added at once, and read four at once. */
function averageWords(words: Uint32Array, width: number, size: Size): Buffer {
  const row = (width * 3) >> 2;
  const means = Buffer.allocUnsafe(size.width * size.height * 3);
  let to = 0;
  for (let y = 0; y < size.height; y++) {
    let start = y * WORD_BLOCK * row;
    for (let x = 0; x < size.width; x++) {
      // The sums of the block's columns of bytes: 0 and 2, 1 and 3 of the first word; then of the second and third.
      let [even0, odd0, even1, odd1, even2, odd2] = [0, 0, 0, 0, 0, 0];
      for (let at = start; at < start + WORD_BLOCK * row; at += row) {
        const first = words[at] as number;
        const second = words[at + 1] as number;
        const third = words[at + 2] as number;
        even0 += first & EVERY_OTHER_BYTE;
        odd0 += (first >>> 8) & EVERY_OTHER_BYTE;
        even1 += second & EVERY_OTHER_BYTE;
        odd1 += (second >>> 8) & EVERY_OTHER_BYTE;
        even2 += third & EVERY_OTHER_BYTE;
        odd2 += (third >>> 8) & EVERY_OTHER_BYTE;
      }
      start += 3;
      // Every third byte is of one color; 8 rounds, and there are 16 pixels.
      means[to++] = ((even0 & 0xffff) + (odd0 >>> 16) + (even1 >>> 16) + (odd2 & 0xffff) + 8) >> 4;
      means[to++] = ((odd0 & 0xffff) + (even1 & 0xffff) + (odd1 >>> 16) + (even2 >>> 16) + 8) >> 4;
      means[to++] = ((even0 >>> 16) + (odd1 & 0xffff) + (even2 & 0xffff) + (odd2 >>> 16) + 8) >> 4;
    }
  }
  return means;
}
