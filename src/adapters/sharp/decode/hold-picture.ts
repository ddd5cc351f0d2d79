import type { Sharp } from "sharp";
import type { Scaling } from "../../../domain/model/fit.js";
import type { RenderPlan } from "../../../domain/model/render-plan.js";
import type { Size } from "../../../domain/model/size.js";
import { isSame } from "../plan/compare-sizes.js";
import { shrinkOnLoad, shrunken } from "../plan/decoded-picture.js";
import type { SharedPicture } from "../plan/picture-sharing.js";
import { orient, scaleTo } from "../steps/resize.js";
import { type RawPicture, rawOf } from "./raw-picture.js";
import { shrinkWhileLoading } from "./shrink-while-loading.js";

/** The first frame, in sRGB, not yet decoded; of other bytes than the original's, if a file is named. */
type Open = (file?: string) => Promise<Sharp>;

/** Decodes the picture that others are made from. */
export async function holdPicture(
  { size, scaledBy, shrinkOnLoad: shrink }: SharedPicture,
  bytes: Uint8Array,
  plan: RenderPlan,
  open: Open,
): Promise<RawPicture> {
  if (shrink === 1) return rawOf(orient(await open()));
  if (shrink) {
    const shrunk = await shrinkWhileLoading(bytes, shrink, async (file) => rawOf(orient(await open(file))));
    if (shrunk && isSame(shrunk, size)) return shrunk;
  }
  return scaled({ resize: size, scaledBy }, plan, open);
}

/** What libvips is given to scale when a decoding of its own is asked for this size; absent: only the decoder knows. */
export function scaledFrom({ source, upright }: RenderPlan, { resize: size }: Scaling): Size | undefined {
  // libwebp scales while it decodes, to sizes of its own.
  if (source.format === "webp") return undefined;
  return shrunken(upright, shrinkOnLoad({ format: source.format, size: upright }, size));
}

async function scaled(scaling: Scaling, plan: RenderPlan, open: Open): Promise<RawPicture> {
  const { resize: size, scaledBy } = scaling;
  const from = scaledFrom(plan, scaling);
  if (!from && scaledBy) {
    const picture = await rawOf(orient((await open()).resize({ [scaledBy]: size[scaledBy] })));
    if (isSame(picture, size)) return picture;
  }
  return rawOf(orient(scaleTo(await open(), scaling, from)));
}
