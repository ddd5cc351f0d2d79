import type { ImageDescription, RenditionDescription } from "../shared/images.js";

/** A point of the upright image, as fractions of its width and height. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The middle, which crops keep where nobody has said otherwise. */
export const MIDDLE: Point = { x: 0.5, y: 0.5 };

/**
 * Computes the `object-position` by which a browser shows the crop of a picture: as much as fits, with the point as near to
 * its middle as the edges allow.
 */
export function computePosition(
  { source }: Pick<ImageDescription, "source">,
  { width, height }: Pick<RenditionDescription, "width" | "height">,
  point: Point,
): string {
  if (!source) return "50% 50%";
  const scale = Math.max(width / source.width, height / source.height);
  const x = computeShare(source.width * scale, width, point.x);
  const y = computeShare(source.height * scale, height, point.y);
  return `${x.toFixed(2)}% ${y.toFixed(2)}%`;
}

/** In percent of what is cut off along one side, how much of it is cut off before the crop. */
function computeShare(whole: number, part: number, at: number): number {
  const spare = whole - part;
  if (spare < 0.5) return 50;
  return (Math.min(spare, Math.max(0, at * whole - part / 2)) / spare) * 100;
}

/** Moves a point by a key; `undefined` if the key does not move. With `isFar` ten times as far. */
export function movePoint({ x, y }: Point, key: string, isFar: boolean): Point | undefined {
  const step = isFar ? 0.1 : 0.01;
  const moves: Readonly<Record<string, Point>> = {
    ArrowLeft: { x: x - step, y },
    ArrowRight: { x: x + step, y },
    ArrowUp: { x, y: y - step },
    ArrowDown: { x, y: y + step },
  };
  const moved = moves[key];
  return moved && placePoint(moved.x, moved.y);
}

/** A point within the picture, in thousandths: finer than anybody can see. */
export function placePoint(x: number, y: number): Point {
  const place = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1_000) / 1_000;
  return { x: place(x), y: place(y) };
}
