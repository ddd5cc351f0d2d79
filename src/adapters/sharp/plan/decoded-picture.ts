import type { Scaling } from "../../../domain/model/fit.js";
import type { ImageFormat } from "../../../domain/model/image-format.js";
import type { Size } from "../../../domain/model/size.js";
import { area, isSame, isTimes, shrinkTo } from "./compare-sizes.js";
import { isStep } from "./picture-steps.js";

/** How many pixels a decoder can merge into one along each side, for less work than all of them. */
export type ShrinkOnLoad = 1 | 2 | 4 | 8;

/** What is decoded, in upright pixels. */
export interface Original {
  readonly format: ImageFormat;
  readonly size: Size;
}

/** The picture that is decoded: scaled to a size, or what the decoder gives at a part of its own. */
export interface DecodedPicture extends Scaling {
  readonly shrinkOnLoad?: ShrinkOnLoad;
}

/** Pixels of a shared picture at most: 75 MB in memory, or 100 MB with opacity. */
export const MOST_SHARED = 25_000_000;

/** From here on libvips averages blocks of pixels before it scales, and loses more than by scaling twice. */
export const AVERAGED = 4;

/** The least ratio between an output that is decoded and one that would have been averaged from blocks. */
const APART = 2;

/**
 * The same for one that would be decoded with fewer pixels: that costs it far more than being scaled twice does. At 1.3
 * the two are alike, at 1.5 sharing is 1 to 8 dB ahead.
 */
const APART_IF_FINER = 1.4;

/**
 * From a shrink of so much on, a JPEG's decoder gives eighths that are scaled by two or more: as good as it gets, and
 * better for sharp edges than halves or quarters that are scaled twice.
 */
const GOOD_EIGHTHS = 16;

/**
 * Between these shrinks an output of its own is an eighth that is scaled without averaging, and as sharp as can be. Over
 * two steps it would lose up to 2.6 dB; from an eighth that is made of all pixels in one step it gains 1.5 to 5 dB.
 */
const SHARP_AT_EIGHTH = { from: 20, below: 8 * AVERAGED };

/** So many outputs are decoded for themselves, to an eighth each, sooner than all pixels are held for their sake. */
const FEW = 2;

/**
 * What a decoder merges for an output of its own: libjpeg can, to 1/2, 1/4 and 1/8, and sharp asks for what leaves at
 * least an eighth to be scaled away.
 */
export function shrinkOnLoad({ format, size }: Original, output: Size): ShrinkOnLoad {
  const shrink = shrinkTo(output, size);
  if (format !== "jpeg" || shrink < 3) return 1;
  return shrink < 5 ? 2 : shrink < 9 ? 4 : 8;
}

/** What a decoder gives at this part of the original: pixels that would be merged with nothing are dropped. */
export function shrunken({ width, height }: Size, shrink: ShrinkOnLoad): Size {
  return { width: Math.floor(width / shrink), height: Math.floor(height / shrink) };
}

/**
 * The picture to decode: the largest output itself, if everything else can be made from it or costs little by itself;
 * else what the decoder gives for that output, not scaled. From there every output is one step away, as it would be by
 * itself.
 */
export function decodedPicture(
  outputs: readonly Scaling[],
  placeholder: Size,
  original: Original,
): DecodedPicture {
  const within = outputs.filter(({ resize }) => isTimes(1, original.size, resize));
  const largest = within.toSorted((a, b) => area(b.resize) - area(a.resize))[0] ?? { resize: placeholder };
  const decoded = { resize: largest.resize, scaledBy: largest.scaledBy };
  const others = outputs.filter((output) => !serves(decoded, output, original));
  // Only all pixels cost much to hold.
  const few = shrinkOnLoad(original, decoded.resize) === 1 ? FEW : 0;
  const isEnough = others.length <= few && others.every(({ resize }) => isSharpAtEighth(original, resize));
  if (isEnough && isTimes(1, decoded.resize, placeholder)) return decoded;
  const sizes = [placeholder, ...outputs.map(({ resize }) => resize)];
  const shrink = Math.min(...sizes.map((size) => shrinkOnLoad(original, size))) as ShrinkOnLoad;
  const size = shrunken(original.size, shrink);
  return area(size) <= MOST_SHARED ? { resize: size, scaledBy: "width", shrinkOnLoad: shrink } : decoded;
}

/** Whether an output can be made from what is decoded and be no further from the original than decoded for itself. */
export function serves(decoded: DecodedPicture, output: Scaling, original: Original): boolean {
  if (decoded.shrinkOnLoad !== undefined) return true;
  if (isSame(decoded.resize, output.resize) && decoded.scaledBy === output.scaledBy) return true;
  if (!isStep(decoded, output, original.size)) return false;
  const merged = shrinkOnLoad(original, decoded.resize);
  const own = shrinkOnLoad(original, output.resize);
  if (merged === own)
    return (
      isTimes(APART, decoded.resize, output.resize) && isTimes(AVERAGED * own, original.size, output.resize)
    );
  return (
    isTimes(APART_IF_FINER, decoded.resize, output.resize) &&
    !(merged === 1 ? isSharpAtEighth : isGoodAtEighth)(original, output.resize)
  );
}

/**
 * Whether an output would be decoded with fewer pixels than `decoded` and hardly be scaled then: it is so much worse that
 * it may well be scaled from blocks that libvips averages.
 */
export function isPoorAlone(decoded: DecodedPicture, output: Size, original: Original): boolean {
  const own = shrinkOnLoad(original, output);
  const merged = decoded.shrinkOnLoad ?? shrinkOnLoad(original, decoded.resize);
  return own > merged && !isTimes(2 * own, original.size, output);
}

/** Whether an output is to be made from an eighth even where all pixels are at hand. */
export function isSharpAtEighth(original: Original, output: Size): boolean {
  const { from, below } = SHARP_AT_EIGHTH;
  return (
    original.format === "jpeg" &&
    isTimes(from, original.size, output) &&
    !isTimes(below, original.size, output)
  );
}

/** Whether an output is better made from eighths than from any finer picture but all pixels. */
export function isGoodAtEighth(original: Original, output: Size): boolean {
  return original.format === "jpeg" && isTimes(GOOD_EIGHTHS, original.size, output);
}
