import { refusalInWords } from "../../../domain/model/errors.js";

const EXTENSION = 0x21;
const IMAGE = 0x2c;

/** The label of the extensions that programs define. */
const APPLICATION = 0xff;

/** The application extension of XMP: its label, the length of its name, its name. */
export const XMP_EXTENSION = "\xff\x0bXMP DataXMP";

/**
 * The bytes behind an XMP packet, 1, 255 to 0 and 0: whoever takes the packet for sub-blocks lands in these, wherever it
 * is, and at their end.
 */
export const XMP_TRAILER_BYTES = 258;

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

/** Finds the XMP packet of a GIF. */
export function findGifXmp(bytes: Uint8Array): Uint8Array | undefined {
  for (let at = skipColorTable(bytes, 10, 13); at < bytes.length; ) {
    const kind = bytes[at];
    if (kind !== EXTENSION && kind !== IMAGE) return undefined;
    const end = skipSubBlocks(
      bytes,
      kind === EXTENSION ? at + 2 : skipColorTable(bytes, at + 9, at + 10) + 1,
    );
    const start = at + 1 + XMP_EXTENSION.length;
    // Most blocks are told apart by one byte: a GIF may have millions.
    const isXmp =
      bytes[at + 1] === APPLICATION &&
      String.fromCharCode(...bytes.subarray(at + 1, start)) === XMP_EXTENSION;
    if (kind === EXTENSION && isXmp && end - XMP_TRAILER_BYTES > start)
      return bytes.subarray(start, end - XMP_TRAILER_BYTES);
    at = end;
  }
  return undefined;
}

/** Returns the offset behind a color table; the byte at `flags` says whether there is one, and of what size. */
export function skipColorTable(bytes: Uint8Array, flags: number, table: number): number {
  const packed = bytes[flags] ?? 0;
  return packed & 0x80 ? table + 3 * 2 ** ((packed & 0x07) + 1) : table;
}

/** Returns the offset behind the empty sub-block that ends a list of them; beyond the file's end if there is none. */
export function skipSubBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined) return bytes.length + 1;
    at += 1 + length;
    if (length === 0) return at;
  }
}
