import type { Sharp } from "sharp";
import { backgroundOf } from "./flatten.js";
import type { Job } from "./step.js";

/** Lays the scaled picture on its canvas. */
export function pad(picture: Sharp, { output }: Job): Sharp {
  const { canvas, resize } = output;
  if (!canvas) return picture;
  const { left, top, width, height } = canvas;
  return picture.extend({
    left,
    top,
    right: width - left - resize.width,
    bottom: height - top - resize.height,
    background: backgroundOf(output),
  });
}
