import type { Limiter } from "../limits/limiter.js";
import type { PixelPlan } from "../plan/pixel-plan.js";
import { applyScaling } from "../steps/resize.js";
import { averageBlocks } from "./average-blocks.js";
import type { OriginalDecoder } from "./original-decoder.js";
import { type RawPicture, toRawPicture, toSharp } from "./raw-picture.js";

/** Limits of the work that runs at a time. */
export interface JobLimiters {
  /** For decodings of the original. */
  readonly decode: Limiter;
  /** For work on pixels in memory. */
  readonly work: Limiter;
}

/** Resolves to the pixels of the planned picture at `index`. */
export type GetSharedPicture = (index: number) => Promise<RawPicture>;

/**
 * Produces each shared picture once, when it is first requested. Callers await pictures outside of a limiter: a task that
 * waited inside would hold the permit that the picture itself needs.
 */
export function createSharedPictures(
  original: OriginalDecoder,
  { pictures }: PixelPlan,
  jobs: JobLimiters,
): GetSharedPicture {
  const pictureByIndex: Promise<RawPicture>[] = [];
  const produce = async (index: number): Promise<RawPicture> => {
    const picture = pictures[index];
    if (!picture) throw new Error(`there is no planned picture at index ${index}`);
    if (picture.scaledFrom === undefined) return jobs.decode(() => original.decodePicture(picture));
    const parent = await get(picture.scaledFrom);
    const side = (picture.shrinkOnLoad ?? 0) / (pictures[picture.scaledFrom]?.shrinkOnLoad ?? 1);
    if (side > 0) return jobs.work(async () => averageBlocks(parent, side, picture.size));
    const scaling = { resize: picture.size, scaledBy: picture.scaledBy };
    return jobs.work(() => toRawPicture(applyScaling(toSharp(parent), scaling, parent)));
  };
  const get: GetSharedPicture = (index) => {
    pictureByIndex[index] ??= produce(index);
    return pictureByIndex[index];
  };
  return get;
}
