import type { Size } from "../../../domain/model/size.js";

/** In pixels. */
export function area({ width, height }: Size): number {
  return width * height;
}

export function isSame(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Whether the larger one is at least so many times as long on both sides. */
export function isTimes(ratio: number, larger: Size, size: Size): boolean {
  return larger.width >= ratio * size.width && larger.height >= ratio * size.height;
}

/** How many pixels become one, on the side where they are fewer. */
export function shrinkTo(size: Size, from: Size): number {
  return Math.min(from.width / size.width, from.height / size.height);
}
