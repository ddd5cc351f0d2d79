import type { Sharp } from "sharp";
import type { PlannedImage } from "../../../domain/model/render-plan.js";

/** Lays the scaled picture on its canvas. */
export function pad(picture: Sharp, { canvas, resize }: PlannedImage, background: string): Sharp {
  if (!canvas) return picture;
  const { left, top, width, height } = canvas;
  return picture.extend({
    left,
    top,
    right: width - left - resize.width,
    bottom: height - top - resize.height,
    background,
  });
}
