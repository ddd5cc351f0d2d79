import type { Sharp } from "sharp";
import { getFormatFacts } from "../../../domain/model/image-format.js";
import type { PlannedImage } from "../../../domain/model/render-plan.js";
import { hasProfile } from "../decode/has-profile.js";
import type { Job } from "./step.js";

/** The color behind the picture, opaque where the format has no transparency. */
function chooseBackground({ format, background }: PlannedImage): string {
  return getFormatFacts(format).alpha ? background : background.slice(0, 7);
}

/** Lays a transparent picture on the background where the output format has no transparency; libvips would take black. */
export function flatten(picture: Sharp, { output }: Job): Sharp {
  const { alpha } = getFormatFacts(output.format);
  return alpha ? picture : picture.flatten({ background: chooseBackground(output) });
}

/**
 * Converts a gray picture to color when a background is drawn behind it: sharp would make that gray too. With a profile for grays
 * it comes out in color by itself, and in color first that profile would not count.
 */
export async function allowColor(picture: Sharp, { output, plan: { source } }: Job): Promise<Sharp> {
  const isGray = source.colorSpace === "b-w" || source.colorSpace === "grey16";
  const showsBackground = output.canvas || (source.hasAlpha && !getFormatFacts(output.format).alpha);
  if (!isGray || !showsBackground || (await hasProfile(picture, "GRAY"))) return picture;
  return picture.pipelineColourspace("srgb");
}

/** Pads the scaled picture to its canvas. */
export function pad(picture: Sharp, { output }: Job): Sharp {
  const { canvas, resize } = output;
  if (!canvas) return picture;
  const { left, top, width, height } = canvas;
  return picture.extend({
    left,
    top,
    right: width - left - resize.width,
    bottom: height - top - resize.height,
    background: chooseBackground(output),
  });
}
