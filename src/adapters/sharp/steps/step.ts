import type { Sharp } from "sharp";
import type { PlannedImage, RenderPlan } from "../../../domain/model/render-plan.js";
import type { Rectangle, Size } from "../../../domain/model/size.js";

/** One output in the making. */
export interface Job {
  readonly output: PlannedImage;
  readonly plan: RenderPlan;
  /** The size of what libvips scales; absent: only the decoder knows. */
  readonly from?: Size;
  /** The part of the scaled picture that is kept; absent: all of it. */
  readonly kept?: Rectangle;
  /** Present where the frames have lost it; else the encoder takes it from the picture. */
  readonly timing?: Timing;
}

/** When each frame of a moving picture is shown. */
export interface Timing {
  /** Milliseconds by frame. */
  readonly delay: number[];
  /** How often it runs; 0 for ever. */
  readonly loop: number;
}

/** Asks something of the picture. libvips does it, in an order of its own, once the picture is written. */
export type Step = (picture: Sharp, job: Job) => Sharp | Promise<Sharp>;
