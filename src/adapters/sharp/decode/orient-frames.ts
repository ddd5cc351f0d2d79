import sharp, { type Sharp } from "sharp";
import type { SourceFacts } from "../../../domain/model/image-metadata.js";
import { computeUprightSize, type Orientation } from "../../../domain/model/size.js";

/** The position of the upright pixel (x, y) in a stored frame of this size (Exif 2.32, 4.6.4.A). */
const STORED_AT: Readonly<
  Record<
    Orientation,
    (x: number, y: number, width: number, height: number) => readonly [column: number, row: number]
  >
> = {
  1: (x, y) => [x, y],
  2: (x, y, width) => [width - 1 - x, y],
  3: (x, y, width, height) => [width - 1 - x, height - 1 - y],
  4: (x, y, _, height) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, height) => [y, height - 1 - x],
  7: (x, y, width, height) => [width - 1 - y, height - 1 - x],
  8: (x, y, width) => [width - 1 - y, x],
};

/**
 * Rotates each frame of an animation by itself. libvips holds the frames as one tall strip: it refuses to rotate that by 90
 * degrees, and rotating it by 180 would also reverse the order of the frames.
 */
export async function orientFrames(strip: Sharp, source: SourceFacts): Promise<Sharp> {
  const { width, height, orientation, frames } = source;
  const stored = await strip.ensureAlpha().toColourspace("srgb").raw({ depth: "uchar" }).toBuffer();
  const upright = computeUprightSize(source, orientation);
  const storedAt = STORED_AT[orientation];
  const from = new Uint32Array(stored.buffer.slice(stored.byteOffset, stored.byteOffset + stored.byteLength));
  const to = new Uint32Array(from.length);
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * width * height;
    for (let y = 0; y < upright.height; y++) {
      for (let x = 0; x < upright.width; x++) {
        const [column, row] = storedAt(x, y, width, height);
        to[start + y * upright.width + x] = from[start + row * width + column] ?? 0;
      }
    }
  }
  const raw = { width: upright.width, height: upright.height * frames, channels: 4 as const };
  const limitInputPixels = width * height * frames;
  return sharp(Buffer.from(to.buffer), {
    raw: { ...raw, pageHeight: upright.height },
    animated: true,
    limitInputPixels,
  });
}
