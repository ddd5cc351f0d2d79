import { area, isSame, isTimes, shrinkTo } from "./compare-sizes.js";
import { keepsProportions, type Scaling, type ScalingSide } from "./fit.js";
import type { ImageFormat } from "./image-format.js";
import type { Size } from "./size.js";

/** How many pixels a decoder can merge into one along each side, for less work than all of them. */
export type ShrinkOnLoad = 1 | 2 | 4 | 8;

/** The whole upright picture in some size, held in memory while outputs are made from it. */
export interface SharedPicture {
  readonly size: Size;
  /** As in `Geometry`. */
  readonly scaledBy?: ScalingSide;
  /** The place of the larger picture that it is scaled from; absent: it is decoded. */
  readonly scaledFrom?: number;
  /** It is what the decoder gives when asked for this part; absent: what is decoded, or another picture, is scaled. */
  readonly shrinkOnLoad?: ShrinkOnLoad;
}

/** Pictures for outputs, and for each output the place of the one that it is made from; absent: none would do. */
export interface Sharing {
  /** Largest first. The first is decoded, the others are scaled from one before them. */
  readonly pictures: readonly SharedPicture[];
  readonly outputs: readonly (number | undefined)[];
  readonly placeholder: number | undefined;
}

/** What is decoded, in upright pixels. */
interface Original {
  readonly format: ImageFormat;
  readonly size: Size;
}

/** A picture that is, or could be, held. */
interface Step extends Scaling {
  readonly parent?: Step;
  readonly shrinkOnLoad?: ShrinkOnLoad;
}

/** Pixels of a shared picture at most: 75 MB in memory, or 100 MB with opacity. */
export const MOST_SHARED = 25_000_000;

/** From here on libvips averages blocks of pixels before it scales: a step on the way is faster and closer. */
const FAR = 4;

/** What is scaled already serves as a step only from here on: closer in size, being scaled twice shows. */
const STEP = 3;

/** An added step is at most so many times as large as what is made from it. */
const LONGEST_STEP = 3.8;

/** The least that may lie between an output that is decoded and others that would have been averaged from blocks. */
const APART = 2;

/**
 * The same for a step that was decoded with more pixels than the output would be: decoding with fewer costs an output
 * far more than being scaled twice. At 1.3 the two are alike, at 1.5 the step is 1 to 8 dB ahead.
 */
const APART_IF_FINER = 1.4;

/** A step's sides are to have one scale but for so many pixels: what is scaled from it would be stretched. */
const STRETCH = 0.05;

/** Decides which pictures are held for outputs of these sizes. */
export function sharePictures(wishes: readonly Scaling[], placeholder: Size, original: Original): Sharing {
  const first = decodedPicture(wishes, placeholder, original);
  const whole = first.shrinkOnLoad === undefined ? original.size : first.resize;
  const steps: Step[] = [first];
  for (const { resize, scaledBy } of largestFirst(wishes))
    if (serves(first, { resize, scaledBy }, original) && !steps.some((step) => isSame(step.resize, resize)))
      steps.push({ resize, scaledBy, parent: parentOf({ resize, scaledBy }, steps, whole) });
  const parents = new Set(steps.map(({ parent }) => parent));
  const held = largestFirst(steps).filter((step) => step === first || parents.has(step));
  const placeOf = (step: Step) =>
    held.includes(step) ? held.indexOf(step) : held.indexOf(step.parent ?? step);
  const small = held.findLastIndex(({ resize }) => isTimes(APART, resize, placeholder));
  return {
    pictures: held.map(({ resize: size, parent, ...step }) => ({
      size,
      ...step,
      ...(parent && { scaledFrom: held.indexOf(parent) }),
    })),
    outputs: wishes.map(({ resize }) => {
      const step = steps.find((made) => isSame(made.resize, resize));
      return step && placeOf(step);
    }),
    placeholder: small >= 0 ? small : isTimes(1, first.resize, placeholder) ? 0 : undefined,
  };
}

/**
 * What a decoder merges for an output of its own: libjpeg can, to 1/2, 1/4 and 1/8, and sharp asks for what leaves at
 * least a quarter to be scaled away.
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
 * The picture to decode: the largest output itself, if everything else can be made from it; else what the decoder gives
 * for that output, not scaled. From there every output is one step away, as it would be by itself.
 */
function decodedPicture(wishes: readonly Scaling[], placeholder: Size, original: Original): Step {
  const within = wishes.filter(({ resize }) => isTimes(1, original.size, resize));
  const { resize, scaledBy } = largestFirst(within)[0] ?? { resize: placeholder };
  const largest: Step = { resize, ...(scaledBy && { scaledBy }) };
  const isEnough = wishes.every((wish) => serves(largest, wish, original));
  if (isEnough && isTimes(1, largest.resize, placeholder)) return largest;
  const shrink = Math.min(
    ...[{ resize: placeholder }, ...wishes].map(({ resize }) => shrinkOnLoad(original, resize)),
  ) as ShrinkOnLoad;
  const size = shrunken(original.size, shrink);
  return area(size) <= MOST_SHARED ? { resize: size, scaledBy: "width", shrinkOnLoad: shrink } : largest;
}

/** Whether an output can be made from what is decoded and be no further from the original than decoded for itself. */
function serves(decoded: Step, { resize: output, scaledBy }: Scaling, original: Original): boolean {
  if (decoded.shrinkOnLoad !== undefined) return true;
  if (isSame(decoded.resize, output) && decoded.scaledBy === scaledBy) return true;
  if (!isEven(decoded.resize, original.size)) return false;
  const own = shrinkOnLoad(original, output);
  if (shrinkOnLoad(original, decoded.resize) < own) return isTimes(APART_IF_FINER, decoded.resize, output);
  return isTimes(APART, decoded.resize, output) && isTimes(FAR * own, original.size, output);
}

/** What to scale to this size from: the decoded picture, or, where that is far, a step; one is added where there is none. */
function parentOf(scaling: Scaling, steps: Step[], whole: Size): Step {
  const size = scaling.resize;
  const [decoded] = steps;
  if (decoded && !isTimes(FAR, decoded.resize, size)) return decoded;
  const found = largestFirst(steps).find(
    ({ resize }) =>
      isTimes(STEP, resize, size) && !isTimes(FAR, resize, size) && isStep(resize, scaling, whole),
  );
  if (found) return found;
  const added = { resize: stepAbove(scaling, whole), scaledBy: "width" as const };
  const step: Step = { ...added, parent: parentOf(added, steps, whole) };
  steps.push(step);
  return step;
}

/** Of the sizes in the proportions of `whole` that are a step above this one, the one that is stretched least. */
function stepAbove(scaling: Scaling, whole: Size): Size {
  const { width, height } = scaling.resize;
  const least = Math.max(width, (height * whole.width) / whole.height);
  const sides = Array.from(
    { length: Math.max(1, Math.floor((LONGEST_STEP - STEP) * least)) },
    (_, more) => Math.ceil(STEP * least) + more,
  );
  const sizes = sides.map((side) => ({
    width: side,
    height: Math.round((whole.height * side) / whole.width),
  }));
  const best = sizes.toSorted((a, b) => stretch(a, whole) - stretch(b, whole));
  return best.find((size) => isStep(size, scaling, whole)) ?? best[0] ?? whole;
}

/** Whether what is scaled from this size is neither stretched nor, where it is a rounding that decides, of another size. */
function isStep(size: Size, scaling: Scaling, whole: Size): boolean {
  return isEven(size, whole) && (scaling.scaledBy === undefined || keepsProportions(size, scaling));
}

function largestFirst<T extends Scaling>(scalings: readonly T[]): readonly T[] {
  return scalings.toSorted((a, b) => area(b.resize) - area(a.resize));
}

function isEven(size: Size, whole: Size): boolean {
  return stretch(size, whole) <= STRETCH;
}

/** By how many of its pixels a picture's sides miss the proportions of the whole. */
function stretch({ width, height }: Size, whole: Size): number {
  const high = Math.abs(height - (whole.height * width) / whole.width);
  return Math.max(high, (high * whole.width) / whole.height);
}
