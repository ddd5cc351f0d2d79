import { keepsProportions, type Scaling } from "../../../domain/model/geometry.js";
import type { Size } from "../../../domain/model/size.js";
import { computeArea, isAtLeastTimesLarger, isSameSize } from "./compare-sizes.js";

/** A picture, and the larger one that it is scaled from. */
export interface ScalingStep extends Scaling {
  readonly parent: ScalingStep | undefined;
}

/** From this shrink factor on libvips averages blocks of pixels before it scales: a step between is faster and closer. */
const MAX_DIRECT_SHRINK = 4;

/** The minimum ratio between a step and the output scaled from it: below, the second scaling would be visible. */
const MIN_STEP_RATIO = 3;

/** Sides of three times the size are rounded too. */
const ROUNDING_RATIO = 0.1;

/** The maximum ratio between a step that is added and the output scaled from it. */
const MAX_STEP_RATIO = 3.8;

/** The most pixels by which a step's sides may miss the picture's proportions: outputs scaled from it would be stretched. */
const MAX_STRETCH_PIXELS = 0.05;

/** A picture and the steps scaled from it: near sizes in one step, far sizes over steps between. */
export class ScalingSteps {
  readonly #base: ScalingStep;
  readonly #whole: Size;
  readonly #steps: ScalingStep[] = [];

  /** `whole`: a size in exactly the picture's proportions. */
  constructor(base: ScalingStep, whole: Size = base.resize) {
    this.#base = base;
    this.#whole = whole;
  }

  /** Returns the step of this size, and adds it if need be, with steps between where it is `maxDirectShrink` times smaller or more. */
  addStep(scaling: Scaling, maxDirectShrink = MAX_DIRECT_SHRINK): ScalingStep {
    const known = [this.#base, ...this.#steps].find(({ resize }) => isSameSize(resize, scaling.resize));
    if (known) return known;
    const step = {
      resize: scaling.resize,
      scaledBy: scaling.scaledBy,
      parent: this.#findParent(scaling, maxDirectShrink),
    };
    this.#steps.push(step);
    return step;
  }

  #findParent(scaling: Scaling, maxDirectShrink: number): ScalingStep {
    const { resize } = scaling;
    if (!isAtLeastTimesLarger(maxDirectShrink, this.#base.resize, resize)) return this.#base;
    const larger = this.#steps.filter((step) =>
      isAtLeastTimesLarger(MIN_STEP_RATIO - ROUNDING_RATIO, step.resize, resize),
    );
    const steps = larger.filter(
      (step) =>
        !isAtLeastTimesLarger(MAX_DIRECT_SHRINK, step.resize, resize) &&
        keepsProportionsOverStep(step, scaling, this.#whole),
    );
    const closest = steps.toSorted((a, b) => computeArea(a.resize) - computeArea(b.resize))[0];
    return closest ?? this.addStep(chooseStep(scaling, this.#whole));
  }
}

/** Whether an output scaled over this step has the planned size and is not stretched. */
export function keepsProportionsOverStep(step: Scaling, scaling: Scaling, whole: Size): boolean {
  const { scaledBy } = scaling;
  if (scaledBy && !keepsProportions(step.resize, scaling)) return false;
  return (scaledBy && step.scaledBy === scaledBy) || computeStretch(step.resize, whole) <= MAX_STRETCH_PIXELS;
}

/** Chooses three times the size, if that keeps the proportions; else the larger size that is stretched least. */
function chooseStep(scaling: Scaling, whole: Size): Scaling {
  const { resize, scaledBy = "width" } = scaling;
  // Whole multiples suit the filter best: every pixel is then weighed alike.
  const threefold = scaleToSide(scaledBy, MIN_STEP_RATIO * resize[scaledBy], whole);
  if (
    isAtLeastTimesLarger(MIN_STEP_RATIO - ROUNDING_RATIO, threefold.resize, resize) &&
    keepsProportionsOverStep(threefold, scaling, whole)
  )
    return threefold;
  const least = Math.max(resize.width, (resize.height * whole.width) / whole.height);
  const count = Math.max(1, Math.floor((MAX_STEP_RATIO - MIN_STEP_RATIO) * least));
  const above = Array.from({ length: count }, (_, more) =>
    scaleToSide("width", Math.ceil(MIN_STEP_RATIO * least) + more, whole),
  ).toSorted((a, b) => computeStretch(a.resize, whole) - computeStretch(b.resize, whole));
  return above.find((step) => keepsProportionsOverStep(step, scaling, whole)) ?? above[0] ?? threefold;
}

/** Scales the picture in its own proportions to a side of this length. */
export function scaleToSide(side: "width" | "height", length: number, whole: Size): Scaling {
  const width = Math.round((whole.width * length) / whole.height);
  const height = Math.round((whole.height * length) / whole.width);
  return side === "width"
    ? { resize: { width: length, height }, scaledBy: side }
    : { resize: { width, height: length }, scaledBy: side };
}

/** The pixels by which a picture's sides miss the proportions of the whole. */
function computeStretch({ width, height }: Size, whole: Size): number {
  const high = Math.abs(height - (whole.height * width) / whole.width);
  return Math.max(high, (high * whole.width) / whole.height);
}
