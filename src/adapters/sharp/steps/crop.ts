import sharp, { type Sharp } from "sharp";
import type { PlannedImage } from "../../../domain/model/render-plan.js";
import type { Rectangle, Size } from "../../../domain/model/size.js";
import { orient } from "./resize.js";
import type { Job } from "./step.js";

/** Enough for libvips' own search, which works on a far smaller copy. */
const PREVIEW_SIDE_PIXELS = 512;

/** Crops the scaled picture to the planned area. */
export function crop(picture: Sharp, { cropArea }: Job): Sharp {
  return cropArea ? picture.extract({ ...cropArea }) : picture;
}

/**
 * Finds the area to keep: the plan's, or for `attention` and `entropy` one of the same size, searched for in a small preview
 * of the first frame. Small, because the search reads the scaled picture: a sliver enlarged to cover a square would take half
 * a minute.
 */
export async function findCrop(
  openPreview: () => Promise<Sharp>,
  output: PlannedImage,
  upright: Size,
): Promise<Rectangle | undefined> {
  const { crop: kept, smartCrop, resize } = output;
  if (!kept || !smartCrop) return kept;
  const longest = Math.max(resize.width, resize.height);
  const scale = Math.min(1, PREVIEW_SIDE_PIXELS / longest, upright.width / resize.width);
  const computeSide = (length: number) => Math.max(1, Math.round(length * scale));
  const { info } = await orient(
    (await openPreview()).resize(computeSide(kept.width), computeSide(kept.height), {
      fit: "cover",
      position: sharp.strategy[smartCrop],
      withoutEnlargement: true,
    }),
  )
    .raw()
    .toBuffer({ resolveWithObject: true });
  const computeOffset = (offset: number | undefined, whole: number, part: number) =>
    Math.min(Math.max(Math.round(-(offset ?? 0) / scale), 0), whole - part);
  return {
    left: computeOffset(info.cropOffsetLeft, resize.width, kept.width),
    top: computeOffset(info.cropOffsetTop, resize.height, kept.height),
    width: kept.width,
    height: kept.height,
  };
}
