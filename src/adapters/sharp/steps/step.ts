import type { Sharp } from "sharp";
import type { PlannedImage, RenderPlan } from "../../../domain/model/render-plan.js";
import type { Rectangle, Size } from "../../../domain/model/size.js";

/** The output that the steps render. */
export interface Job {
  readonly output: PlannedImage;
  readonly plan: RenderPlan;
  /** The size that libvips scales from; absent: only the decoder knows. */
  readonly inputSize?: Size;
  /** The part of the scaled picture that is kept; absent: all of it. */
  readonly cropArea?: Rectangle;
  /** Present where the frames have lost it; else the encoder takes it from the picture. */
  readonly timing?: Timing;
}

/** The timing of an animation. */
export interface Timing {
  /** Milliseconds that each frame is shown. */
  readonly delay: number[];
  /** How often it is played; 0: for ever. */
  readonly loop: number;
}

/** Adds an operation to the picture. libvips runs it, in an order of its own, once the picture is written. */
export type Step = (picture: Sharp, job: Job) => Sharp | Promise<Sharp>;
