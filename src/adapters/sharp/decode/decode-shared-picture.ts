import type { Sharp } from "sharp";
import type { Scaling } from "../../../domain/model/geometry.js";
import type { RenderPlan } from "../../../domain/model/render-plan.js";
import type { Size } from "../../../domain/model/size.js";
import { isSameSize } from "../plan/compare-sizes.js";
import { chooseShrinkOnLoad, computeShrunkSize } from "../plan/decode-target.js";
import type { SharedPicture } from "../plan/picture-sharing.js";
import { applyScaling, orient } from "../steps/resize.js";
import { type RawPicture, toRawPicture } from "./raw-picture.js";
import { shrinkJpegOnLoad } from "./shrink-jpeg-on-load.js";

/** Opens the first frame in sRGB without decoding it: the original's, or that of `file`. */
type OpenFirstFrame = (file?: string) => Promise<Sharp>;

/** Decodes the picture that outputs share. */
export async function decodeSharedPicture(
  { size, scaledBy, shrinkOnLoad: shrink }: SharedPicture,
  bytes: Uint8Array,
  plan: RenderPlan,
  open: OpenFirstFrame,
): Promise<RawPicture> {
  if (shrink === 1) return toRawPicture(orient(await open()));
  if (shrink) {
    const shrunk = await shrinkJpegOnLoad(bytes, shrink, async (file) =>
      toRawPicture(orient(await open(file))),
    );
    if (shrunk && isSameSize(shrunk, size)) return shrunk;
  }
  return decodeScaled({ resize: size, scaledBy }, plan, open);
}

/** The size that libvips scales from when it decodes straight to this size; `undefined`: only the decoder knows. */
export function predictScalingInput(
  { source, upright }: RenderPlan,
  { resize: size }: Scaling,
): Size | undefined {
  // libwebp scales while it decodes, to sizes of its own.
  if (source.format === "webp") return undefined;
  return computeShrunkSize(upright, chooseShrinkOnLoad({ format: source.format, size: upright }, size));
}

async function decodeScaled(scaling: Scaling, plan: RenderPlan, open: OpenFirstFrame): Promise<RawPicture> {
  const { resize: size, scaledBy } = scaling;
  const input = predictScalingInput(plan, scaling);
  if (!input && scaledBy) {
    const picture = await toRawPicture(orient((await open()).resize({ [scaledBy]: size[scaledBy] })));
    if (isSameSize(picture, size)) return picture;
  }
  return toRawPicture(orient(applyScaling(await open(), scaling, input)));
}
