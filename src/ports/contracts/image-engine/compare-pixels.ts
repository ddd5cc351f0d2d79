import assert from "node:assert/strict";
import type { OutputFormat } from "../../../domain/model/image-format.js";
import type { Rectangle } from "../../../domain/model/size.js";
import { type Color, computeMean, type Pixels } from "./pixels.js";

/** How an output is compared with what it should be. */
interface Noise {
  /** The most that the mean of one cell may differ, in levels of 255. */
  readonly levels: number;
  /** Side of the cells whose means are compared, in pixels. */
  readonly cell: number;
}

/*
 * In 1,000 draws of each law the encoders of libvips at quality 95 were up to 7 levels off in cells of 4 x 4 pixels (AVIF and
 * WebP beside a hard edge), and its filters up to 3 levels in a PNG. Here is about twice that. GIF spreads the errors of its
 * palette over the whole picture: up to 20 levels in 2,000 draws. What the laws are to catch is more: a tenth of a picture
 * is 21 levels of a ramp in the formats beside GIF, a wrong color some hundred.
 */
const LOSSY: Noise = { levels: 12, cell: 4 };
const NOISE: Readonly<Record<OutputFormat, Noise>> = {
  png: { levels: 6, cell: 1 },
  jpeg: LOSSY,
  webp: LOSSY,
  avif: LOSSY,
  gif: { levels: 25, cell: 4 },
};

/** Whether what is written in the format is read again as it was. */
export function losesNothing(format: OutputFormat): boolean {
  return NOISE[format].cell === 1;
}

/** Fails unless `actual` looks like `expected` in this part of both, but for the format's noise and `more` levels. */
export function looksLike(
  actual: Pixels,
  expected: Pixels,
  { format, part, more = 0, exact, onlyMean, what }: Comparison,
): void {
  assert.deepEqual(
    [actual.width, actual.height],
    [expected.width, expected.height],
    `the decoded size of ${what}`,
  );
  const { left, top, width, height } = part ?? { left: 0, top: 0, ...expected };
  const { levels, cell } = onlyMean ? { ...NOISE[format], cell: Math.max(width, height) } : NOISE[format];
  for (let y = top; y < top + height; y += cell) {
    for (let x = left; x < left + width; x += cell) {
      const one = {
        left: x,
        top: y,
        width: Math.min(cell, left + width - x),
        height: Math.min(cell, top + height - y),
      };
      const [is, wanted] = [computeMean(actual, one), computeMean(expected, one)];
      const apart = Math.max(...is.map((value, band) => Math.abs(value - (wanted[band] ?? 0))));
      if (apart <= (exact ? 0 : levels + more)) continue;
      assert.fail(
        `expected ${describeColor(wanted)} at ${x},${y} of ${what} but received ${describeColor(is)}`,
      );
    }
  }
}

interface Comparison {
  readonly format: OutputFormat;
  /** Absent: all of it. */
  readonly part?: Rectangle;
  /** Levels that may be off beside the noise; 0 by default. */
  readonly more?: number;
  /** The part is one cell: of something small between hard edges, an encoder only keeps the mean. */
  readonly onlyMean?: true;
  /** Nothing may be off. */
  readonly exact?: true;
  readonly what: string;
}

function describeColor(color: Color): string {
  return color.map(Math.round).join(" ");
}
