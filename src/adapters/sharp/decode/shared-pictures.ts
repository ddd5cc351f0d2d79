import type { Limiter } from "../limits/limiter.js";
import type { PixelPlan } from "../plan/pixel-plan.js";
import { scaleTo } from "../steps/resize.js";
import { meansOf } from "./means-of-blocks.js";
import type { Original } from "./original.js";
import { pictureOf, type RawPicture, rawOf } from "./raw-picture.js";

/** Where work waits for its turn. */
export interface Jobs {
  /** For what decodes the original. */
  readonly decode: Limiter;
  /** For work on pixels in memory. */
  readonly work: Limiter;
}

/** Resolves to the pixels of the planned picture at `place`. */
export type SharedPictures = (place: number) => Promise<RawPicture>;

/**
 * The pictures that outputs are made from, each made when it is first asked for, and once. They are waited for
 * outside of a job and made within one: who waited inside would keep the place that the awaited one needs.
 */
export function sharedPictures(original: Original, { pictures }: PixelPlan, jobs: Jobs): SharedPictures {
  const made: Promise<RawPicture>[] = [];
  const make = async (place: number): Promise<RawPicture> => {
    const picture = pictures[place];
    if (!picture) throw new Error(`expected a planned picture at ${place} but received none`);
    if (picture.scaledFrom === undefined) return jobs.decode(() => original.hold(picture));
    const parent = await of(picture.scaledFrom);
    const side = (picture.shrinkOnLoad ?? 0) / (pictures[picture.scaledFrom]?.shrinkOnLoad ?? 1);
    if (side > 0) return jobs.work(async () => meansOf(parent, side, picture.size));
    const scaling = { resize: picture.size, scaledBy: picture.scaledBy };
    return jobs.work(() => rawOf(scaleTo(pictureOf(parent), scaling, parent)));
  };
  const of: SharedPictures = (place) => {
    made[place] ??= make(place);
    return made[place];
  };
  return of;
}
