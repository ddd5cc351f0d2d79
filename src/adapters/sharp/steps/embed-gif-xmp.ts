import { XMP_EXTENSION, XMP_TRAILER_BYTES } from "../inspect/gif-blocks.js";

const EXTENSION = 0x21;
const TRAILER = 0x3b;

/**
 * Returns the GIF with an XMP packet behind its last frame, where no decoder is kept from its pixels by it. The packet stands
 * there as it is, in no sub-blocks (XMP specification, part 3, 1.1.2).
 */
export function embedGifXmp(gif: Uint8Array, xmp: string): Uint8Array {
  const end = gif.at(-1) === TRAILER ? gif.length - 1 : gif.length;
  const landing = Uint8Array.from({ length: XMP_TRAILER_BYTES }, (_, index) =>
    index === 0 ? 1 : Math.max(0, 256 - index),
  );
  return Buffer.concat([
    gif.subarray(0, end),
    Uint8Array.of(EXTENSION),
    Buffer.from(XMP_EXTENSION, "latin1"),
    Buffer.from(xmp),
    landing,
    Uint8Array.of(TRAILER),
  ]);
}
