import sharp, { type Sharp } from "sharp";
import type { SourceFacts } from "../../../domain/model/image-metadata.js";
import type { Timing } from "../steps/step.js";
import { readApng } from "./apng-frames.js";
import { buildFramePng } from "./build-frame.js";
import { FrameComposer } from "./frame-composer.js";

/** All frames of an animation below one another, and how long each is shown. */
export interface Strip {
  open(): Sharp;
  readonly timing: Timing;
}

/** Opens a frame in sRGB. */
type OpenFrame = (png: Uint8Array) => Promise<Sharp>;

/**
 * Composes the frames of an animated PNG in memory: libvips reads its first picture alone. Rejects with sharp's error if a
 * frame does not decode to its end.
 */
export async function composeStrip(bytes: Uint8Array, source: SourceFacts, open: OpenFrame): Promise<Strip> {
  const apng = readApng(bytes);
  if (!apng) throw new Error("expected an animated PNG, as it was when it was inspected");
  const { width, height, frames } = source;
  const composer = new FrameComposer(source, frames);
  for (const frame of apng.frames) {
    const picture = await open(buildFramePng(apng, frame));
    const pixels = await picture.toColourspace("srgb").ensureAlpha().raw({ depth: "uchar" }).toBuffer();
    composer.add(frame, copyToWords(pixels));
  }
  const raw = { width, height: height * frames, channels: 4 as const, pageHeight: height };
  return {
    open: () => sharp(composer.strip, { raw, animated: true, limitInputPixels: width * height * frames }),
    timing: { delay: apng.frames.map(({ delay }) => delay), loop: apng.loop },
  };
}

/** Pixels are read four bytes at a time, which must not begin just anywhere. */
function copyToWords(pixels: Buffer): Uint8Array {
  return pixels.byteOffset % 4 === 0 ? pixels : Uint8Array.from(pixels);
}
