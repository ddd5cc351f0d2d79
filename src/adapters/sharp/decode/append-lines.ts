import { isFrame, isSequential, walkJpegSegments } from "../normalize/jpeg-segments.js";

/** Lines that libvips reads at a time, and that a block of a JPEG is high. */
const STRIP_LINES = 8;

/** libjpeg reads no higher picture. */
const MAX_LINES = 65_500;

/**
 * Returns a JPEG that claims a strip of lines more than it holds. libvips asks for warnings before it reads a strip, and so
 * never hears of those in the last one; with a strip behind it, the last one is like any other. `undefined` where there is
 * no need: where colors are halved vertically, a decoder looks ahead, and of several scans it reads all first.
 */
export function appendLines(jpeg: Uint8Array): Buffer | undefined {
  for (const { marker, start } of walkJpegSegments(jpeg)) {
    if (!isFrame(marker)) continue;
    const height = ((jpeg[start + 5] ?? 0) << 8) | (jpeg[start + 6] ?? 0);
    const raised = (Math.ceil(height / STRIP_LINES) + 1) * STRIP_LINES;
    const components = jpeg[start + 9] ?? 0;
    const isHalved = Array.from({ length: components }, (_, index) => jpeg[start + 11 + 3 * index] ?? 0).some(
      (factors) => (factors & 0x0f) !== 1,
    );
    if (isHalved || raised > MAX_LINES || !isSequential(marker)) return undefined;
    const copy = Buffer.from(jpeg);
    copy.writeUInt16BE(raised, start + 5);
    return copy;
  }
  return undefined;
}
