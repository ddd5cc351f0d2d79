import sharp, { type OutputInfo, type Sharp } from "sharp";
import { SafelightError } from "../../domain/model/errors.js";
import type { PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import type { RenderedImage } from "../../ports/image-engine.js";
import { predictScalingInput } from "./decode/decode-shared-picture.js";
import type { OriginalDecoder } from "./decode/original-decoder.js";
import { type RawPicture, toSharp } from "./decode/raw-picture.js";
import { allowColor, flatten, pad } from "./steps/background.js";
import { crop, findCrop } from "./steps/crop.js";
import { embedGifXmp } from "./steps/embed-gif-xmp.js";
import { encode } from "./steps/encode.js";
import { chooseXmp, keepMetadata } from "./steps/keep-metadata.js";
import { orient, resize } from "./steps/resize.js";
import type { Job, Step } from "./steps/step.js";
import { blendWatermark, compositeWatermark } from "./watermarks/apply-watermark.js";

/** The steps of an output with a decoding of its own. */
const FROM_ORIGINAL: readonly Step[] = [
  allowColor,
  flatten,
  resize,
  crop,
  pad,
  orient,
  compositeWatermark,
  keepMetadata,
  encode,
];

/** The steps of an output from pixels in memory, which are upright and in sRGB. */
const FROM_MEMORY: readonly Step[] = [flatten, resize, crop, pad, blendWatermark, keepMetadata, encode];

/** Renders an output with a decoding of its own. */
export async function renderFromOriginal(
  original: OriginalDecoder,
  output: PlannedImage,
  plan: RenderPlan,
  signal: AbortSignal,
): Promise<RenderedImage> {
  const cropArea = await findCrop(original.openPreview, output, plan.upright);
  signal.throwIfAborted();
  const { picture, timing } = await original.open(output);
  signal.throwIfAborted();
  // Frames lie below one another: a rounded height would be wrong for each of them.
  const inputSize = output.frames === 1 ? predictScalingInput(plan, output) : undefined;
  return runSteps(FROM_ORIGINAL, picture, { output, plan, inputSize, cropArea, timing });
}

/** Renders an output from pixels in memory: the whole upright picture, at the output's size or larger. */
export async function renderFromMemory(
  picture: RawPicture,
  output: PlannedImage,
  plan: RenderPlan,
): Promise<RenderedImage> {
  const cropArea = await findCrop(async () => toSharp(picture), output, picture);
  return runSteps(FROM_MEMORY, toSharp(picture), { output, plan, inputSize: picture, cropArea });
}

async function runSteps(steps: readonly Step[], picture: Sharp, job: Job): Promise<RenderedImage> {
  let result = picture;
  for (const step of steps) result = await step(result, job);
  const { data, info } = await result.toBuffer({ resolveWithObject: true });
  const { output } = job;
  checkSize(info, output);
  const frames = output.frames === 1 ? 1 : await countFrames(data);
  // libvips writes no metadata into a GIF.
  const xmp = output.format === "gif" ? await chooseXmp(picture, job) : undefined;
  const bytes = xmp === undefined ? data : embedGifXmp(data, xmp);
  return { name: output.name, bytes, format: output.format, ...output.size, frames };
}

/** Any other size than the planned one is a bug here, and must not be recorded. */
function checkSize({ width, height, pageHeight = height }: OutputInfo, { name, size }: PlannedImage): void {
  if (width === size.width && pageHeight === size.height) return;
  throw new SafelightError(
    "internal",
    `thumbnails.${name} was rendered with ${width} x ${pageHeight} pixels instead of ${size.width} x ${size.height}; this is a defect of Safelight, please report it`,
  );
}

/** Counts the frames that were written: an encoder may merge some. */
async function countFrames(bytes: Uint8Array): Promise<number> {
  const { pages = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return pages;
}
