import type { Scaling, ScalingSide } from "../../../domain/model/fit.js";
import type { Size } from "../../../domain/model/size.js";
import { area, isTimes } from "./compare-sizes.js";
import {
  AVERAGED,
  decodedPicture,
  isGoodAtEighth,
  isPoorAlone,
  isSharpAtEighth,
  type Original,
  type ShrinkOnLoad,
  serves,
  shrunken,
} from "./decoded-picture.js";
import { PictureSteps, type Step, scaledTo } from "./picture-steps.js";

/** The whole upright picture in some size, held in memory while outputs are made from it. */
export interface SharedPicture {
  readonly size: Size;
  /** As in `Geometry`. */
  readonly scaledBy?: ScalingSide;
  /** The place of the larger picture that it is made from; absent: it is decoded. */
  readonly scaledFrom?: number;
  /**
   * It is what the decoder gives at this part of the original, or, if it is made from such a picture, the means of its
   * blocks, which say the same; absent: it is scaled.
   */
  readonly shrinkOnLoad?: ShrinkOnLoad;
}

/** Pictures for outputs, and for each output the place of the one that it is made from; absent: none would do. */
export interface Sharing {
  /** Largest first. The first is decoded, the others are made from one before them. */
  readonly pictures: readonly SharedPicture[];
  readonly outputs: readonly (number | undefined)[];
  readonly placeholder: number | undefined;
}

/** What would be poor by itself gets a step of its own only from so many times on; below, it gains 0.4 to 15 dB without. */
const FAR_IF_POOR_ALONE = 6;

/** Decides which pictures are held for outputs of these sizes. */
export function sharePictures(wishes: readonly Scaling[], placeholder: Size, original: Original): Sharing {
  const decoded = decodedPicture(wishes, placeholder, original);
  const { resize, scaledBy, shrinkOnLoad } = decoded;
  const first: Step = { resize, scaledBy, parent: undefined };
  // The decoder's own eighths are means of its blocks, which halves and quarters still tell; all pixels tell better.
  const isOfAll = shrinkOnLoad === 1;
  const { size } = original;
  const eighth: Step = {
    ...(isOfAll ? scaledTo("width", shrunken(size, 8).width, size) : { resize: shrunken(size, 8) }),
    scaledBy: "width",
    parent: first,
  };
  const steps = new PictureSteps(first, shrinkOnLoad ? first.resize : original.size);
  const stepsOfEighth = new PictureSteps(eighth);
  const isBetterAtEighth = (output: Size) =>
    isOfAll
      ? isSharpAtEighth(original, output) && !isTimes(AVERAGED, eighth.resize, output)
      : (shrinkOnLoad === 2 || shrinkOnLoad === 4) && isGoodAtEighth(original, output);

  const stepTo = (wish: Scaling) =>
    isBetterAtEighth(wish.resize)
      ? stepsOfEighth.to(wish)
      : steps.to(wish, isPoorAlone(decoded, wish.resize, original) ? FAR_IF_POOR_ALONE : undefined);

  const made = new Map<Scaling, Step>();
  for (const wish of wishes.toSorted((a, b) => area(b.resize) - area(a.resize)))
    if (serves(decoded, wish, original)) made.set(wish, stepTo(wish));

  const held = heldBy(made.values(), first);
  const placeOf = (step: Step) => held.indexOf(held.includes(step) ? step : (step.parent ?? step));
  const small = held.findLastIndex(({ resize }) => isTimes(2, resize, placeholder));
  return {
    pictures: held.map((step) => ({
      size: step.resize,
      ...(step.scaledBy && { scaledBy: step.scaledBy }),
      ...(step.parent && { scaledFrom: held.indexOf(step.parent) }),
      ...(step === first && shrinkOnLoad && { shrinkOnLoad }),
      ...(step === eighth && !isOfAll && { shrinkOnLoad: 8 as const }),
    })),
    outputs: wishes.map((wish) => {
      const step = made.get(wish);
      return step && placeOf(step);
    }),
    placeholder: small >= 0 ? small : isTimes(1, first.resize, placeholder) ? 0 : undefined,
  };
}

/** What something is made from, and `first`; largest first. */
function heldBy(steps: Iterable<Step>, first: Step): readonly Step[] {
  const held = new Set([first]);
  for (const step of steps) for (let { parent } = step; parent; parent = parent.parent) held.add(parent);
  return [...held].sort((a, b) => area(b.resize) - area(a.resize));
}
