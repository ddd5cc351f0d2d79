import type { Orientation, Rectangle, Size } from "safelight";
import { computeUprightSize } from "safelight";
import type { Pixels } from "safelight/testing";

/** Colors multiplied by their opacity, and the opacity: 0 to 255. */
export type Color = readonly [number, number, number, number];

/** A picture while it is worked on. */
export interface Picture extends Size {
  readonly at: (x: number, y: number) => Color;
}

/** The pixels as a picture; beyond an edge is what lies at it. */
export function toPicture({ width, height, data }: Pixels): Picture {
  const colors = Array.from({ length: width * height }, (_, index): Color => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(index * 4, index * 4 + 4);
    return [(red * alpha) / 255, (green * alpha) / 255, (blue * alpha) / 255, alpha];
  });
  return keepColors({ width, height }, colors);
}

/** Computes each pixel once. */
export function computePixels(size: Size, at: Picture["at"]): Picture {
  const { width, height } = size;
  return keepColors(
    { width, height },
    Array.from({ length: width * height }, (_, index) => at(index % width, Math.floor(index / width))),
  );
}

function keepColors({ width, height }: Size, colors: readonly Color[]): Picture {
  const clampIndex = (at: number, length: number) => Math.min(Math.max(at, 0), length - 1);
  return {
    width,
    height,
    at: (x, y) => colors[clampIndex(y, height) * width + clampIndex(x, width)] ?? [0, 0, 0, 0],
  };
}

/** The picture as pixels. */
export function toPixels({ width, height, at }: Picture): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [red, green, blue, alpha] = at(x, y);
      const divideByAlpha = (level: number) =>
        alpha === 0 ? 0 : Math.min(Math.round((level * 255) / alpha), 255);
      data.set(
        [divideByAlpha(red), divideByAlpha(green), divideByAlpha(blue), Math.round(alpha)],
        (y * width + x) * 4,
      );
    }
  }
  return { width, height, data };
}

/** One color, from `#rrggbb` or `#rrggbbaa`. */
export function parseColor(hex: string): Color {
  const [red = 0, green = 0, blue = 0, alpha = 255] = Buffer.from(hex.slice(1), "hex");
  return [(red * alpha) / 255, (green * alpha) / 255, (blue * alpha) / 255, alpha];
}

/** `above` over `below`. */
export function blendColors(above: Color, below: Color): Color {
  const rest = 1 - above[3] / 255;
  const mixBand = (band: 0 | 1 | 2 | 3) => above[band] + below[band] * rest;
  return [mixBand(0), mixBand(1), mixBand(2), mixBand(3)];
}

/** Turns what is stored upright. */
export function turnUpright(stored: Picture, orientation: Orientation): Picture {
  const size = computeUprightSize(stored, orientation);
  const [right, down] = [stored.width - 1, stored.height - 1];
  const places: Record<Orientation, (x: number, y: number) => readonly [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [right - x, y],
    3: (x, y) => [right - x, down - y],
    4: (x, y) => [x, down - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, down - x],
    7: (x, y) => [right - y, down - x],
    8: (x, y) => [right - y, x],
  };
  return computePixels(size, (x, y) => stored.at(...places[orientation](x, y)));
}

/** Scales by a triangle as wide as what becomes one pixel, first one side and then the other. */
export function scalePicture(picture: Picture, { width, height }: Size): Picture {
  const across = computeWeights(picture.width, width);
  const down = computeWeights(picture.height, height);
  const rows = computePixels({ width, height: picture.height }, (x, y) =>
    sum(across(x), (from) => picture.at(from, y)),
  );
  return computePixels({ width, height }, (x, y) => sum(down(y), (from) => rows.at(x, from)));
}

type Weights = readonly (readonly [from: number, share: number])[];

function computeWeights(length: number, target: number): (at: number) => Weights {
  const scale = length / target;
  const reach = Math.max(scale, 1);
  const all = Array.from({ length: target }, (_, at): Weights => {
    const center = (at + 0.5) * scale - 0.5;
    const found: [number, number][] = [];
    for (let from = Math.ceil(center - reach); from <= center + reach; from++) {
      found.push([from, 1 - Math.abs(from - center) / reach]);
    }
    const whole = found.reduce((total, [, share]) => total + share, 0);
    return found.map(([from, share]) => [from, share / whole]);
  });
  return (at) => all[at] ?? [];
}

function sum(parts: Weights, colorAt: (from: number) => Color): Color {
  const total: [number, number, number, number] = [0, 0, 0, 0];
  for (const [from, share] of parts) {
    const color = colorAt(from);
    for (const band of [0, 1, 2, 3] as const) total[band] += color[band] * share;
  }
  return total;
}

/** Cuts out a rectangle. */
export function cutRectangle({ at }: Picture, { left, top, width, height }: Rectangle): Picture {
  return computePixels({ width, height }, (x, y) => at(left + x, top + y));
}

/** The picture of this size, at this place, on a color. */
export function placePicture({ at, ...size }: Picture, place: Rectangle, onto: Size, around: Color): Picture {
  return computePixels(onto, (x, y) => {
    const [column, row] = [x - place.left, y - place.top];
    const inside = column >= 0 && row >= 0 && column < size.width && row < size.height;
    return inside ? at(column, row) : around;
  });
}
