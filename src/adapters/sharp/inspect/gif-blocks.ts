import { refusalInWords } from "../../../domain/model/errors.js";

const EXTENSION = 0x21;
const IMAGE = 0x2c;

/**
 * Throws `corrupt-image` for a GIF that ends inside a block. The decoder would quietly drop the frame that is cut,
 * even in its strict mode. A GIF that only lacks its last byte, the trailer, is whole.
 */
export function checkGifBlocks(bytes: Uint8Array): void {
  let at = skipColorTable(bytes, 10, 13);
  while (at < bytes.length) {
    const kind = bytes[at];
    // Neither of the two is the trailer, or junk, which is the decoder's to judge.
    if (kind !== EXTENSION && kind !== IMAGE) return;
    at = skipSubBlocks(bytes, kind === EXTENSION ? at + 2 : skipColorTable(bytes, at + 9, at + 10) + 1);
  }
  const received = `one that ends inside one, at byte ${bytes.length}`;
  if (at > bytes.length)
    throw refusalInWords("corrupt-image", "a GIF that ends between two blocks", "the original", received);
}

/** Returns the offset behind a color table; the byte at `flags` says whether there is one, and of what size. */
function skipColorTable(bytes: Uint8Array, flags: number, table: number): number {
  const packed = bytes[flags] ?? 0;
  return packed & 0x80 ? table + 3 * 2 ** ((packed & 0x07) + 1) : table;
}

/** Returns the offset behind the empty sub-block that ends a list of them; beyond the file's end if there is none. */
function skipSubBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined) return bytes.length + 1;
    at += 1 + length;
    if (length === 0) return at;
  }
}
