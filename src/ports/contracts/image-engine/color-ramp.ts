import type { Rectangle, Size } from "../../../domain/model/size.js";
import { computeMean, type Pixels, paint } from "./pixels.js";

/** How much the color of a ramp changes from one edge to the other. */
const RISE = 215;

/**
 * A picture whose colors tell where in it they are: red rises from left to right and green from top to bottom. However
 * an engine scales it, whatever filter it takes, a straight rise stays the same straight rise.
 */
export function paintRamp({ width, height }: Size, frame = 0): Pixels {
  return paintRampPart({ width, height }, { left: 0, top: 0, width, height }, frame);
}

/** The part `kept` of a ramp that was scaled to `whole`. The frames of one that moves differ in their blue. */
export function paintRampPart(whole: Size, { left, top, ...size }: Rectangle, frame = 0): Pixels {
  const blue = frame === 0 ? 90 : 200;
  const computeLevel = (at: number, length: number) => 20 + (RISE * (at + 0.5)) / length;
  return paint(size, (x, y) => [
    computeLevel(left + x, whole.width),
    computeLevel(top + y, whole.height),
    blue,
    255,
  ]);
}

/** Where in a ramp that was scaled to `whole` this part of it begins, by its mean colors. */
export function placeInRamp(part: Pixels, whole: Size): Pick<Rectangle, "left" | "top"> {
  const [red, green] = computeMean(part, { left: 0, top: 0, ...part });
  const start = (mean: number, length: number, kept: number) => ((mean - 20) / RISE) * length - kept / 2;
  return {
    left: start(red, whole.width, part.width),
    top: start(green, whole.height, part.height),
  };
}

/**
 * By how much an honestly scaled ramp may differ: by half a pixel of the larger ones, since a side that was rounded may
 * be scaled as the other one is, and a filter finds nothing beyond an edge.
 */
export function computeRampTolerance(...sizes: readonly Size[]): number {
  return RISE / 2 / Math.min(...sizes.flatMap(({ width, height }) => [width, height]));
}
