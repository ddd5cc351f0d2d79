import {
  computeUprightSize,
  type Orientation,
  type Rectangle,
  type Size,
} from "../../../domain/model/size.js";

/** Red, green, blue and opacity, each from 0 to 255; the colours are sRGB and not multiplied by the opacity. */
export type Color = readonly [number, number, number, number];

/** One frame as pixels: its rows from the top, four bytes a pixel in the order of {@link Color}. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
}

/** A picture of this size, pixel by pixel. */
export function paint({ width, height }: Size, colorAt: (x: number, y: number) => Color): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colorAt(x, y).map(Math.round), (y * width + x) * 4);
  }
  return { width, height, data };
}

/** A picture of one color. */
export function even(size: Size, color: Color): Pixels {
  return paint(size, () => color);
}

/** One pixel. */
export function pixelAt({ data, width }: Pixels, x: number, y: number): Color {
  const at = (y * width + x) * 4;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, data[at + 3] ?? 0];
}

/** The color of `#rrggbb` or `#rrggbbaa`; without its own opacity where the format has none. */
export function colorOf(hex: string, hasAlpha: boolean): Color {
  const [red = 0, green = 0, blue = 0, alpha = 255] = (hex.slice(1).match(/../g) ?? []).map((pair) =>
    Number.parseInt(pair, 16),
  );
  return [red, green, blue, hasAlpha ? alpha : 255];
}

/** `above` over `below`: Porter and Duff, "Compositing Digital Images" (1984). */
export function over(above: Color, below: Color): Color {
  const [share, rest] = [above[3] / 255, (below[3] / 255) * (1 - above[3] / 255)];
  const whole = share + rest;
  const mixed = (band: 0 | 1 | 2) => (whole === 0 ? 0 : (above[band] * share + below[band] * rest) / whole);
  return [mixed(0), mixed(1), mixed(2), whole * 255];
}

/** Pixels that have nothing to do with each other; the same seed gives the same ones. */
export function noise(size: Size, seed: number): Pixels {
  let state = seed | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  };
  return paint(size, () => [next(), next(), next(), 255]);
}

/** The pixels that are stored for an upright picture under this orientation, by the words of Exif 2.32, 4.6.4.A. */
export function storedAs(upright: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return upright;
  const size = computeUprightSize(upright, orientation);
  return paint(size, (column, row) => {
    const [right, down] = [size.width - 1 - column, size.height - 1 - row];
    const places: Record<Orientation, readonly [number, number]> = {
      1: [column, row],
      2: [right, row],
      3: [right, down],
      4: [column, down],
      5: [row, column],
      6: [down, column],
      7: [down, right],
      8: [row, right],
    };
    return pixelAt(upright, ...places[orientation]);
  });
}

/** The mean of a part, its colors weighted by their opacity: what is not seen does not count. */
export function meanOf(pixels: Pixels, { left, top, width, height }: Rectangle): Color {
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      const [red, green, blue, alpha] = pixelAt(pixels, x, y);
      sums[0] += (red * alpha) / 255;
      sums[1] += (green * alpha) / 255;
      sums[2] += (blue * alpha) / 255;
      sums[3] += alpha;
    }
  }
  const count = width * height;
  return [sums[0] / count, sums[1] / count, sums[2] / count, sums[3] / count];
}
