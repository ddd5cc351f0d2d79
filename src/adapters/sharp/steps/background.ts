import type { Sharp } from "sharp";
import { getFormatFacts } from "../../../domain/model/image-format.js";
import type { PlannedImage } from "../../../domain/model/render-plan.js";
import type { Job } from "./step.js";

/** The colour behind the picture: without its own transparency where the format has none. */
function backgroundOf({ format, background }: PlannedImage): string {
  return getFormatFacts(format).alpha ? background : background.slice(0, 7);
}

/** Lays a transparent picture on the background where the output format has no transparency; libvips would take black. */
export function flatten(picture: Sharp, { output }: Job): Sharp {
  const { alpha } = getFormatFacts(output.format);
  return alpha ? picture : picture.flatten({ background: backgroundOf(output) });
}

/** Gives a grey picture colours when something coloured is laid behind it: sharp would make that grey too. */
export function allowColour(picture: Sharp, { output, plan: { source } }: Job): Sharp {
  const isGrey = source.colorSpace === "b-w" || source.colorSpace === "grey16";
  const showsBackground = output.canvas || (source.hasAlpha && !getFormatFacts(output.format).alpha);
  return isGrey && showsBackground ? picture.pipelineColourspace("srgb") : picture;
}

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
