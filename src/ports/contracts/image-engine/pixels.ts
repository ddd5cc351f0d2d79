import {
  computeUprightSize,
  type Orientation,
  type Rectangle,
  type Size,
} from "../../../domain/model/size.js";

// By a name of this file: a test runner may look a global up anew for each pixel.
const { round } = Math;

/** Red, green, blue and opacity, each from 0 to 255; the colours are sRGB and not multiplied by the opacity. */
export type Color = readonly [number, number, number, number];

/** One frame as pixels: its rows from the top, four bytes a pixel in the order of {@link Color}. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
}

/** A picture of this size, pixel by pixel. */
export function paint({ width, height }: Size, colorAt: (x: number, y: number) => Color): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const color = colorAt(x, y);
      data[at] = round(color[0]);
      data[at + 1] = round(color[1]);
      data[at + 2] = round(color[2]);
      data[at + 3] = round(color[3]);
    }
  }
  return { width, height, data };
}

/** A picture of one color. */
export function paintEvenly(size: Size, color: Color): Pixels {
  return paint(size, () => color);
}

/** One pixel. */
export function readPixel({ data, width }: Pixels, x: number, y: number): Color {
  const at = (y * width + x) * 4;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, data[at + 3] ?? 0];
}

/** The color of `#rrggbb` or `#rrggbbaa`; without its own opacity where the format has none. */
export function parseColor(hex: string, hasAlpha: boolean): Color {
  const [red = 0, green = 0, blue = 0, alpha = 255] = (hex.slice(1).match(/../g) ?? []).map((pair) =>
    Number.parseInt(pair, 16),
  );
  return [red, green, blue, hasAlpha ? alpha : 255];
}

/** `above` over `below`: Porter and Duff, "Compositing Digital Images" (1984). */
export function composite(above: Color, below: Color): Color {
  const [share, rest] = [above[3] / 255, (below[3] / 255) * (1 - above[3] / 255)];
  const whole = share + rest;
  const mix = (band: 0 | 1 | 2) => (whole === 0 ? 0 : (above[band] * share + below[band] * rest) / whole);
  return [mix(0), mix(1), mix(2), whole * 255];
}

/** Pixels that have nothing to do with each other; the same seed gives the same ones. */
export function paintNoise(size: Size, seed: number): Pixels {
  let state = seed | 1;
  const generate = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  };
  return paint(size, () => [generate(), generate(), generate(), 255]);
}

/** The pixels that are stored for an upright picture under this orientation, by the words of Exif 2.32, 4.6.4.A. */
export function toStored(upright: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return upright;
  const size = computeUprightSize(upright, orientation);
  const findUpright = UPRIGHT[orientation];
  return paint(size, (column, row) => {
    const [x, y] = findUpright(column, row, size.width - 1 - column, size.height - 1 - row);
    return readPixel(upright, x, y);
  });
}

type Position = (column: number, row: number, right: number, down: number) => readonly [number, number];

const UPRIGHT: Readonly<Record<Orientation, Position>> = {
  1: (column, row) => [column, row],
  2: (_column, row, right) => [right, row],
  3: (_column, _row, right, down) => [right, down],
  4: (column, _row, _right, down) => [column, down],
  5: (column, row) => [row, column],
  6: (column, _row, _right, down) => [down, column],
  7: (_column, _row, right, down) => [down, right],
  8: (_column, row, right) => [row, right],
};

/** The mean of a part, its colors weighted by their opacity: what is not seen does not count. */
export function computeMean(pixels: Pixels, { left, top, width, height }: Rectangle): Color {
  const { data } = pixels;
  let [red, green, blue, opacity] = [0, 0, 0, 0];
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      const at = (y * pixels.width + x) * 4;
      const alpha = data[at + 3] ?? 0;
      red += ((data[at] ?? 0) * alpha) / 255;
      green += ((data[at + 1] ?? 0) * alpha) / 255;
      blue += ((data[at + 2] ?? 0) * alpha) / 255;
      opacity += alpha;
    }
  }
  const count = width * height;
  return [red / count, green / count, blue / count, opacity / count];
}
