import type { Sharp } from "sharp";
import type { Size } from "../../domain/model/size.js";

/** Scales the whole picture to exactly `size`, counted upright; proportions are the plan's affair. */
export function resize(picture: Sharp, { width, height }: Size): Sharp {
  return picture.resize(width, height, { fit: "fill" });
}
