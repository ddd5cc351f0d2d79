import type { Scaling, ScalingSide } from "../../../domain/model/geometry.js";
import type { Size } from "../../../domain/model/size.js";
import { computeArea, isAtLeastTimesLarger } from "./compare-sizes.js";
import {
  AVERAGING_SHRINK,
  canDerive,
  chooseDecodeTarget,
  computeShrunkSize,
  type DecoderInput,
  isBetterFromEighth,
  isSharpestFromEighth,
  losesQualityAlone,
  type ShrinkOnLoad,
} from "./decode-target.js";
import { type ScalingStep, ScalingSteps, scaleToSide } from "./scaling-steps.js";

/** The whole upright picture in some size, held in memory while outputs are made from it. */
export interface SharedPicture {
  readonly size: Size;
  /** As in `Geometry`. */
  readonly scaledBy?: ScalingSide;
  /** The index of the larger picture that it is scaled from; absent: it is decoded. */
  readonly scaledFrom?: number;
  /**
   * The shrink factor of a picture that is not scaled: the decoder's picture at this fraction of the original, or the
   * equal average of the blocks of a finer one; absent: it is scaled.
   */
  readonly shrinkOnLoad?: ShrinkOnLoad;
}

/** Shared pictures, and for each output the index of the one that it is scaled from; `undefined`: it needs a decoding of its own. */
export interface PictureSharing {
  /** Largest first. The first is decoded, the others are derived from one before them. */
  readonly pictures: readonly SharedPicture[];
  readonly outputs: readonly (number | undefined)[];
  readonly placeholder: number | undefined;
}

/** An output that loses quality alone gets a step between from this shrink factor on; below, it gains 0.4 to 15 dB without. */
const MAX_DIRECT_SHRINK_OF_LOSSY = 6;

/** Decides which pictures are held for outputs of these sizes. */
export function sharePictures(
  outputs: readonly Scaling[],
  placeholder: Size,
  original: DecoderInput,
): PictureSharing {
  const decoded = chooseDecodeTarget(outputs, placeholder, original);
  const { resize, scaledBy, shrinkOnLoad } = decoded;
  const first: ScalingStep = { resize, scaledBy, parent: undefined };
  // The decoder's eighth averages its blocks, which a half or a quarter allows too; scaling all pixels is better.
  const hasAllPixels = shrinkOnLoad === 1;
  const { size } = original;
  const eighth: ScalingStep = {
    ...(hasAllPixels
      ? scaleToSide("width", computeShrunkSize(size, 8).width, size)
      : { resize: computeShrunkSize(size, 8) }),
    scaledBy: "width",
    parent: first,
  };
  const steps = new ScalingSteps(first, shrinkOnLoad ? first.resize : original.size);
  const eighthSteps = new ScalingSteps(eighth);
  const isBetterAtEighth = (output: Size) =>
    hasAllPixels
      ? isSharpestFromEighth(original, output) &&
        !isAtLeastTimesLarger(AVERAGING_SHRINK, eighth.resize, output)
      : (shrinkOnLoad === 2 || shrinkOnLoad === 4) && isBetterFromEighth(original, output);

  const deriveStep = (output: Scaling) =>
    isBetterAtEighth(output.resize)
      ? eighthSteps.addStep(output)
      : steps.addStep(
          output,
          losesQualityAlone(decoded, output.resize, original) ? MAX_DIRECT_SHRINK_OF_LOSSY : undefined,
        );

  const derived = new Map<Scaling, ScalingStep>();
  for (const output of outputs.toSorted((a, b) => computeArea(b.resize) - computeArea(a.resize)))
    if (canDerive(decoded, output, original)) derived.set(output, deriveStep(output));

  const held = collectHeldSteps(derived.values(), first);
  const findIndex = (step: ScalingStep) => held.indexOf(held.includes(step) ? step : (step.parent ?? step));
  const small = held.findLastIndex(({ resize }) => isAtLeastTimesLarger(2, resize, placeholder));
  return {
    pictures: held.map((step) => ({
      size: step.resize,
      ...(step.scaledBy && { scaledBy: step.scaledBy }),
      ...(step.parent && { scaledFrom: held.indexOf(step.parent) }),
      ...(step === first && shrinkOnLoad && { shrinkOnLoad }),
      ...(step === eighth && !hasAllPixels && { shrinkOnLoad: 8 as const }),
    })),
    outputs: outputs.map((output) => {
      const step = derived.get(output);
      return step && findIndex(step);
    }),
    placeholder: small >= 0 ? small : isAtLeastTimesLarger(1, first.resize, placeholder) ? 0 : undefined,
  };
}

/** The steps that others are scaled from, and `first`; largest first. */
function collectHeldSteps(steps: Iterable<ScalingStep>, first: ScalingStep): readonly ScalingStep[] {
  const held = new Set([first]);
  for (const step of steps) for (let { parent } = step; parent; parent = parent.parent) held.add(parent);
  return [...held].sort((a, b) => computeArea(b.resize) - computeArea(a.resize));
}
