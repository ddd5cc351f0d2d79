import type { ImageFormat } from "./image-format.js";
import type { PlannedOutput } from "./render-plan.js";

/** Work on images, in numbers. */
export interface Work {
  /** Images that are settled anew: those that were none yet or waited, those that were settled before, and those that go. */
  readonly images: { readonly made: number; readonly changed: number; readonly removed: number };
  readonly renditions: { readonly made: number; readonly kept: number; readonly deleted: number };
  /** `read` of originals, `written` and `deleted` of renditions. */
  readonly bytes: { readonly read: number; readonly written: number; readonly deleted: number };
  /** Seconds of one processor core. */
  readonly seconds: number;
  readonly calls: WorkCalls;
}

/** Calls of ports, of whoever asks and whoever settles together. */
export interface WorkCalls {
  readonly originals: { readonly get: number; readonly head: number };
  readonly renditions: { readonly put: number; readonly list: number; readonly deleteAll: number };
  /**
   * `kilobytes` are written by the commits, each of them rounded up. `entries` are the tags and owners that are written and
   * deleted beside them, for stores that keep rows for those.
   */
  readonly records: {
    readonly get: number;
    readonly commit: number;
    readonly kilobytes: number;
    readonly entries: number;
  };
  /** Pictures that are shown to a tagger, those that it moderates twice. */
  readonly tagger: { readonly tag: number };
  /** Each request is received and acknowledged as well. */
  readonly queue: { readonly send: number };
  readonly events: { readonly publish: number };
  /** `invalidate` counts calls, `keys` what they name. */
  readonly urls: { readonly invalidate: number; readonly keys: number };
}

/** No work at all. */
export const NO_WORK: Work = {
  images: { made: 0, changed: 0, removed: 0 },
  renditions: { made: 0, kept: 0, deleted: 0 },
  bytes: { read: 0, written: 0, deleted: 0 },
  seconds: 0,
  calls: {
    originals: { get: 0, head: 0 },
    renditions: { put: 0, list: 0, deleteAll: 0 },
    records: { get: 0, commit: 0, kilobytes: 0, entries: 0 },
    tagger: { tag: 0 },
    queue: { send: 0 },
    events: { publish: 0 },
    urls: { invalidate: 0, keys: 0 },
  },
};

/** The work of both. */
export function addWork(a: Work, b: Work): Work {
  return addNumbers(a, b);
}

/** Adds the numbers of two values of the same form. */
function addNumbers<Value>(a: Value, b: Value): Value {
  if (typeof a === "number") return (a + Number(b)) as Value;
  const names = Object.keys(a as object) as (keyof Value)[];
  return Object.fromEntries(names.map((name) => [name, addNumbers(a[name], b[name])])) as Value;
}

/** How long work takes and how large its files become, to estimate it before it is done. */
export interface WorkRates {
  /** Seconds of one core for each image that is rendered, whatever its size. */
  readonly secondsPerImage: number;
  /** Seconds of one core to decode a million pixels of an original. */
  readonly secondsPerMegapixelRead: number;
  /** Seconds of one core to encode a million pixels. */
  readonly secondsPerMegapixelWritten: Readonly<Record<ImageFormat, number>>;
  readonly bytesPerPixel: Readonly<Record<ImageFormat, number>>;
}

/** Of photographs on one core of an ordinary server, see docs/performance.md; a machine of yours may take half or twice that. */
export const DEFAULT_RATES: WorkRates = {
  secondsPerImage: 0.02,
  secondsPerMegapixelRead: 0.015,
  secondsPerMegapixelWritten: {
    jpeg: 0.0125,
    png: 0.15,
    webp: 0.1,
    gif: 0.3,
    avif: 0.8,
    tiff: 0,
    heic: 0,
  },
  bytesPerPixel: { jpeg: 0.27, png: 1.8, webp: 0.15, gif: 0.7, avif: 0.1, tiff: 3, heic: 0.13 },
};

/** Seconds of one core that encoding an output takes. A copy takes none. */
export function estimateSeconds(output: PlannedOutput, rates: WorkRates): number {
  if (output.kind === "copy") return 0;
  return (countPixels(output) / 1e6) * rates.secondsPerMegapixelWritten[output.format];
}

/** Bytes of an output that was never made, of an original of `size` bytes. */
export function estimateBytes(output: PlannedOutput, size: number, rates: WorkRates): number {
  return output.kind === "copy" ? size : Math.round(countPixels(output) * rates.bytesPerPixel[output.format]);
}

function countPixels(output: PlannedOutput): number {
  return output.size.width * output.size.height * (output.kind === "image" ? output.frames : 1);
}
