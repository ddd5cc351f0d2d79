import assert from "node:assert/strict";
import type { OutputFormat } from "../../../domain/model/image-format.js";
import { looksLike } from "./compare-pixels.js";
import type { ImageEngineLaw } from "./harness.js";
import { type Color, type Pixels, paint, paintEvenly, paintNoise, readPixel } from "./pixels.js";
import { see, seeAll } from "./render-outputs.js";

/** From good to bad, so far apart that every encoder tells them apart. */
const QUALITIES = [90, 50, 1];

const LOSSY_FORMATS: readonly OutputFormat[] = ["jpeg", "webp", "avif"];

/** Grey: what encoders do to fine colors even at the best quality would hide the rest. */
const GRAY_NOISE = (() => {
  const colored = paintNoise({ width: 64, height: 64 }, 1);
  return paint(colored, (x, y) => {
    const [red] = readPixel(colored, x, y);
    return [red, red, red, 255];
  });
})();

const FRAMES: readonly [Color, ...Color[]] = [
  [220, 40, 40, 255],
  [40, 200, 40, 255],
  [40, 40, 220, 255],
  [230, 220, 30, 255],
];

const ORIGINAL = FRAMES.map((color) => paintEvenly({ width: 40, height: 40 }, color));

/** The laws of an image engine about how an output is written. */
export const ENCODING_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "a lower quality gives a smaller output that is further from the picture, where the format loses something",
    check: async (harness) => {
      const picture = GRAY_NOISE;
      for (const format of LOSSY_FORMATS) {
        const wish = { width: 64, format, effort: "fast" } as const;
        const wishes = QUALITIES.map((quality) => [`q${quality}`, { ...wish, quality }] as const);
        const seen = await seeAll(harness, [picture], Object.fromEntries(wishes));
        const told = seen.map(({ bytes, shown }) => ({
          bytes: bytes.length,
          error: computeError(shown, picture),
        }));
        for (const [index, worse] of told.entries()) {
          const better = told[index - 1];
          if (!better) continue;
          assert.ok(
            worse.bytes < better.bytes && worse.error > better.error,
            `expected ${format} of quality ${QUALITIES[index]} to be smaller and further off than of ${QUALITIES[index - 1]} but received ${JSON.stringify([better, worse])}`,
          );
        }
      }
    },
  },
  {
    name: "an output whose quality is not planned is closer to the picture than one of quality 10",
    check: async (harness) => {
      const picture = GRAY_NOISE;
      for (const format of LOSSY_FORMATS) {
        const wish = { width: 64, format, effort: "fast" } as const;
        const seen = await seeAll(harness, [picture], { itself: wish, bad: { ...wish, quality: 10 } });
        const [itself, bad] = seen.map(({ shown }) => computeError(shown, picture));
        assert.ok(
          (itself ?? Number.NaN) < (bad ?? Number.NaN),
          `expected ${format} to be less than ${bad} off but received ${itself}`,
        );
      }
    },
  },
  {
    name: "an output that moves shows every frame, in its order",
    check: async (harness) => {
      for (const format of ["gif", "webp"] as const) {
        const wish = { width: 24, height: 32, format, effort: "fast", quality: 95 } as const;
        const { frames } = await see(harness, ORIGINAL, wish);
        assert.equal(frames.length, FRAMES.length, `the frames of a moving ${format}`);
        for (const [index, color] of FRAMES.entries()) {
          isEven(frames[index], color, format, `frame ${index} of a moving ${format}`);
        }
      }
    },
  },
  {
    name: "an output that the plan flattens shows the first frame",
    check: async (harness) => {
      for (const format of ["gif", "webp", "png", "jpeg", "avif"] as const) {
        const wish = { width: 24, height: 32, format, animated: false, effort: "fast", quality: 95 } as const;
        const { planned, frames } = await see(harness, ORIGINAL, wish);
        assert.ok(
          planned.flattened && frames.length === 1,
          `expected one frame but received ${frames.length}`,
        );
        isEven(frames[0], FRAMES[0], format, `a flattened ${format}`);
      }
    },
  },
];

function isEven(frame: Pixels | undefined, color: Color, format: OutputFormat, what: string): void {
  assert.ok(frame, `expected ${what} but received none`);
  looksLike(frame, paintEvenly(frame, color), { format, what });
}

/** The root of the mean square of what is off, in levels of 255. */
function computeError(actual: Pixels, expected: Pixels): number {
  let sum = 0;
  for (const [at, value] of actual.data.entries()) sum += (value - (expected.data[at] ?? 0)) ** 2;
  return Math.sqrt(sum / actual.data.length);
}
