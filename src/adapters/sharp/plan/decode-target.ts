import type { Scaling } from "../../../domain/model/geometry.js";
import type { ImageFormat } from "../../../domain/model/image-format.js";
import type { Size } from "../../../domain/model/size.js";
import { computeArea, computeShrink, isAtLeastTimesLarger, isSameSize } from "./compare-sizes.js";
import { keepsProportionsOverStep } from "./scaling-steps.js";

/** The number of pixels that a decoder merges into one along each side, for less work than decoding all of them. */
export type ShrinkOnLoad = 1 | 2 | 4 | 8;

/** The original as its decoder sees it, in upright pixels. */
export interface DecoderInput {
  readonly format: ImageFormat;
  readonly size: Size;
}

/** The picture that is decoded: scaled to a size, or as the decoder returns it at a fraction of the original's size. */
export interface DecodeTarget extends Scaling {
  readonly shrinkOnLoad?: ShrinkOnLoad;
}

/** The most pixels of a shared picture: 75 MB in memory, or 100 MB with an alpha channel. */
export const MAX_SHARED_PIXELS = 25_000_000;

/** From this shrink factor on libvips averages blocks of pixels before it scales, and loses more than by scaling twice. */
export const AVERAGING_SHRINK = 4;

/** The minimum ratio between the decoded output and one that would be averaged from blocks. */
const MIN_RATIO_AT_SAME_SHRINK = 2;

/**
 * The same for one that would be decoded with fewer pixels: that costs it far more than being scaled twice does. At 1.3
 * the two are alike, at 1.5 sharing is 1 to 8 dB ahead.
 */
const MIN_RATIO_AT_FINER_SHRINK = 1.4;

/**
 * From this shrink factor on, a JPEG decoded at 1/8 is still scaled by two or more: the best that is possible, and better
 * for sharp edges than a half or a quarter that is scaled twice.
 */
const MIN_SHRINK_FROM_EIGHTH = 16;

/**
 * Between these shrink factors an output with a decoding of its own is decoded at 1/8 and scaled without averaging, as sharp
 * as can be. Over two steps it would lose up to 2.6 dB; from an eighth that is scaled from all pixels it gains 1.5 to 5 dB.
 */
const SHARP_EIGHTH_SHRINK = { from: 20, below: 8 * AVERAGING_SHRINK };

/** Up to this many outputs are decoded at 1/8 each rather than all pixels held in memory for them. */
const MAX_EXTRA_DECODES = 2;

/**
 * The shrink-on-load factor for an output with a decoding of its own: libjpeg has 1/2, 1/4 and 1/8, and sharp chooses one that
 * leaves at least an eighth to be scaled away.
 */
export function chooseShrinkOnLoad({ format, size }: DecoderInput, output: Size): ShrinkOnLoad {
  const shrink = computeShrink(output, size);
  if (format !== "jpeg" || shrink < 3) return 1;
  return shrink < 5 ? 2 : shrink < 9 ? 4 : 8;
}

/** The size of the original after shrink-on-load: incomplete blocks at the edges are dropped. */
export function computeShrunkSize({ width, height }: Size, shrink: ShrinkOnLoad): Size {
  return { width: Math.floor(width / shrink), height: Math.floor(height / shrink) };
}

/**
 * Chooses the picture to decode: the largest output itself, if every other output can be derived from it or costs little
 * alone; else the decoder's picture for that output, not scaled. From there every output is one step away, as with a decoding
 * of its own.
 */
export function chooseDecodeTarget(
  outputs: readonly Scaling[],
  placeholder: Size,
  original: DecoderInput,
): DecodeTarget {
  const within = outputs.filter(({ resize }) => isAtLeastTimesLarger(1, original.size, resize));
  const largest = within.toSorted((a, b) => computeArea(b.resize) - computeArea(a.resize))[0] ?? {
    resize: placeholder,
  };
  const decoded = { resize: largest.resize, scaledBy: largest.scaledBy };
  const others = outputs.filter((output) => !canDerive(decoded, output, original));
  // Only all pixels cost much to hold.
  const few = chooseShrinkOnLoad(original, decoded.resize) === 1 ? MAX_EXTRA_DECODES : 0;
  const isEnough =
    others.length <= few && others.every(({ resize }) => isSharpestFromEighth(original, resize));
  if (isEnough && isAtLeastTimesLarger(1, decoded.resize, placeholder)) return decoded;
  const sizes = [placeholder, ...outputs.map(({ resize }) => resize)];
  const shrink = Math.min(...sizes.map((size) => chooseShrinkOnLoad(original, size))) as ShrinkOnLoad;
  const size = computeShrunkSize(original.size, shrink);
  return computeArea(size) <= MAX_SHARED_PIXELS
    ? { resize: size, scaledBy: "width", shrinkOnLoad: shrink }
    : decoded;
}

/** Whether an output derived from the decoded picture is as close to the original as with a decoding of its own. */
export function canDerive(decoded: DecodeTarget, output: Scaling, original: DecoderInput): boolean {
  if (decoded.shrinkOnLoad !== undefined) return true;
  if (isSameSize(decoded.resize, output.resize) && decoded.scaledBy === output.scaledBy) return true;
  if (!keepsProportionsOverStep(decoded, output, original.size)) return false;
  const merged = chooseShrinkOnLoad(original, decoded.resize);
  const own = chooseShrinkOnLoad(original, output.resize);
  if (merged === own)
    return (
      isAtLeastTimesLarger(MIN_RATIO_AT_SAME_SHRINK, decoded.resize, output.resize) &&
      isAtLeastTimesLarger(AVERAGING_SHRINK * own, original.size, output.resize)
    );
  return (
    isAtLeastTimesLarger(MIN_RATIO_AT_FINER_SHRINK, decoded.resize, output.resize) &&
    !(merged === 1 ? isSharpestFromEighth : isBetterFromEighth)(original, output.resize)
  );
}

/**
 * Whether an output with a decoding of its own would have fewer pixels than `decoded` and hardly be scaled: so much worse that
 * scaling it from averaged blocks is still a gain.
 */
export function losesQualityAlone(decoded: DecodeTarget, output: Size, original: DecoderInput): boolean {
  const own = chooseShrinkOnLoad(original, output);
  const merged = decoded.shrinkOnLoad ?? chooseShrinkOnLoad(original, decoded.resize);
  return own > merged && !isAtLeastTimesLarger(2 * own, original.size, output);
}

/** Whether an output comes out sharpest from an eighth, even where all pixels are in memory. */
export function isSharpestFromEighth(original: DecoderInput, output: Size): boolean {
  const { from, below } = SHARP_EIGHTH_SHRINK;
  return (
    original.format === "jpeg" &&
    isAtLeastTimesLarger(from, original.size, output) &&
    !isAtLeastTimesLarger(below, original.size, output)
  );
}

/** Whether an output comes out better from an eighth than from any finer picture but all pixels. */
export function isBetterFromEighth(original: DecoderInput, output: Size): boolean {
  return original.format === "jpeg" && isAtLeastTimesLarger(MIN_SHRINK_FROM_EIGHTH, original.size, output);
}
