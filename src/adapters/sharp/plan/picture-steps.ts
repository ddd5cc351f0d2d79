import { keepsProportions, type Scaling } from "../../../domain/model/fit.js";
import type { Size } from "../../../domain/model/size.js";
import { area, isSame, isTimes } from "./compare-sizes.js";

/** A picture, and the larger one that it is scaled from. */
export interface Step extends Scaling {
  readonly parent: Step | undefined;
}

/** From here on libvips averages blocks of pixels before it scales: a step on the way is faster and closer. */
const FAR = 4;

/** A step is at least so many times as large as what is made from it: closer in size, being scaled twice shows. */
const LEAST = 3;

/** Sides of three times the size are rounded too. */
const ROUNDING = 0.1;

/** What is added as a step is at most so many times as large. */
const MOST = 3.8;

/** A step's sides are to have one scale but for so many pixels: what is scaled from it would be stretched. */
const STRETCH = 0.05;

/** A picture and what is scaled from it: everything near in one step, everything far over others. */
export class PictureSteps {
  readonly #base: Step;
  readonly #whole: Size;
  readonly #steps: Step[] = [];

  /** `whole`: a size in exactly the picture's proportions. */
  constructor(base: Step, whole: Size = base.resize) {
    this.#base = base;
    this.#whole = whole;
  }

  /** The step of this size, and steps between where it is `far` times smaller or more; what is missing is added. */
  to(scaling: Scaling, far = FAR): Step {
    const known = [this.#base, ...this.#steps].find(({ resize }) => isSame(resize, scaling.resize));
    if (known) return known;
    const step = {
      resize: scaling.resize,
      scaledBy: scaling.scaledBy,
      parent: this.#parentOf(scaling, far),
    };
    this.#steps.push(step);
    return step;
  }

  #parentOf(scaling: Scaling, far: number): Step {
    const { resize } = scaling;
    if (!isTimes(far, this.#base.resize, resize)) return this.#base;
    const larger = this.#steps.filter((step) => isTimes(LEAST - ROUNDING, step.resize, resize));
    const steps = larger.filter(
      (step) => !isTimes(FAR, step.resize, resize) && isStep(step, scaling, this.#whole),
    );
    const closest = steps.toSorted((a, b) => area(a.resize) - area(b.resize))[0];
    return closest ?? this.to(stepAbove(scaling, this.#whole));
  }
}

/** Whether what is scaled from this step is neither stretched nor, where it is a rounding that decides, of another size. */
export function isStep(step: Scaling, scaling: Scaling, whole: Size): boolean {
  const { scaledBy } = scaling;
  if (scaledBy && !keepsProportions(step.resize, scaling)) return false;
  return (scaledBy && step.scaledBy === scaledBy) || stretch(step.resize, whole) <= STRETCH;
}

/** Three times the size, if that is a step; else of the sizes above that are, the one that is stretched least. */
function stepAbove(scaling: Scaling, whole: Size): Scaling {
  const { resize, scaledBy = "width" } = scaling;
  // Whole multiples suit the filter best: every pixel is then weighed alike.
  const threefold = scaledTo(scaledBy, LEAST * resize[scaledBy], whole);
  if (isTimes(LEAST - ROUNDING, threefold.resize, resize) && isStep(threefold, scaling, whole))
    return threefold;
  const least = Math.max(resize.width, (resize.height * whole.width) / whole.height);
  const count = Math.max(1, Math.floor((MOST - LEAST) * least));
  const above = Array.from({ length: count }, (_, more) =>
    scaledTo("width", Math.ceil(LEAST * least) + more, whole),
  ).toSorted((a, b) => stretch(a.resize, whole) - stretch(b.resize, whole));
  return above.find((step) => isStep(step, scaling, whole)) ?? above[0] ?? threefold;
}

/** The picture in its own proportions with a side of this length. */
export function scaledTo(side: "width" | "height", length: number, whole: Size): Scaling {
  const width = Math.round((whole.width * length) / whole.height);
  const height = Math.round((whole.height * length) / whole.width);
  return side === "width"
    ? { resize: { width: length, height }, scaledBy: side }
    : { resize: { width, height: length }, scaledBy: side };
}

/** By how many of its pixels a picture's sides miss the proportions of the whole. */
function stretch({ width, height }: Size, whole: Size): number {
  const high = Math.abs(height - (whole.height * width) / whole.width);
  return Math.max(high, (high * whole.width) / whole.height);
}
