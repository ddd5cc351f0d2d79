import sharp, { type OutputInfo, type Sharp } from "sharp";
import { refusalInWords } from "../../domain/model/errors.js";
import type { PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import type { RenderedImage } from "../../ports/image-engine.js";
import { scaledFrom } from "./decode/hold-picture.js";
import type { Original } from "./decode/original.js";
import { pictureOf, type RawPicture } from "./decode/raw-picture.js";
import { blendMark, layMark } from "./marks/watermark.js";
import { allowColour, flatten, pad } from "./steps/background.js";
import { crop, placeCrop } from "./steps/crop.js";
import { encode } from "./steps/encode.js";
import { keepMetadata } from "./steps/keep-metadata.js";
import { orient, resize } from "./steps/resize.js";
import type { Job, Step } from "./steps/step.js";

/** What is asked of a picture that libvips is still to decode. */
const FROM_ORIGINAL: readonly Step[] = [
  allowColour,
  flatten,
  resize,
  crop,
  pad,
  orient,
  layMark,
  keepMetadata,
  encode,
];

/** The same for pixels in memory, which are upright and in sRGB. */
const FROM_MEMORY: readonly Step[] = [flatten, resize, crop, pad, blendMark, keepMetadata, encode];

/** Makes an output from a decoding of its own. */
export async function renderFromOriginal(
  original: Original,
  output: PlannedImage,
  plan: RenderPlan,
  signal: AbortSignal,
): Promise<RenderedImage> {
  const kept = await placeCrop(original.glance, output, plan.upright);
  signal.throwIfAborted();
  const { picture, timing } = await original.open(output);
  signal.throwIfAborted();
  // Frames lie below one another: a rounded height would be wrong for each of them.
  const from = output.frames === 1 ? scaledFrom(plan, output) : undefined;
  return carryOut(FROM_ORIGINAL, picture, { output, plan, from, kept, timing });
}

/** Makes an output from pixels in memory, the whole upright picture in its own size or a larger one. */
export async function renderFromMemory(
  picture: RawPicture,
  output: PlannedImage,
  plan: RenderPlan,
): Promise<RenderedImage> {
  const kept = await placeCrop(async () => pictureOf(picture), output, picture);
  return carryOut(FROM_MEMORY, pictureOf(picture), { output, plan, from: picture, kept });
}

async function carryOut(steps: readonly Step[], picture: Sharp, job: Job): Promise<RenderedImage> {
  let asked = picture;
  for (const step of steps) asked = await step(asked, job);
  const { data, info } = await asked.toBuffer({ resolveWithObject: true });
  const { output } = job;
  checkSize(info, output);
  const frames = output.frames === 1 ? 1 : await framesOf(data);
  return { name: output.name, bytes: data, format: output.format, ...output.size, frames };
}

/** A size that is not the plan's is our bug, and must not be recorded. */
function checkSize({ width, height, pageHeight = height }: OutputInfo, { name, size }: PlannedImage): void {
  if (width === size.width && pageHeight === size.height) return;
  const expected = `${size.width} x ${size.height}`;
  throw refusalInWords("internal", expected, `thumbnails.${name}`, `${width} x ${pageHeight}`);
}

/** What was written, not what was asked for: an encoder may merge frames. */
async function framesOf(bytes: Uint8Array): Promise<number> {
  const { pages = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return pages;
}
