import type { Size } from "../../../domain/model/size.js";

/** The area in pixels. */
export function computeArea({ width, height }: Size): number {
  return width * height;
}

export function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Whether `larger` is at least `ratio` times as long as `size` on both sides. */
export function isAtLeastTimesLarger(ratio: number, larger: Size, size: Size): boolean {
  return larger.width >= ratio * size.width && larger.height >= ratio * size.height;
}

/** The factor by which `from` shrinks to `size`, on the side where it is smaller. */
export function computeShrink(size: Size, from: Size): number {
  return Math.min(from.width / size.width, from.height / size.height);
}
