import assert from "node:assert/strict";
import fc from "fast-check";
import { placeInRamp } from "./color-ramp.js";
import {
  anyFormat,
  anyMoving,
  anyOrientation,
  anySize,
  holds,
  LOOKS,
  paintRamps,
  showsRamp,
} from "./draw-cases.js";
import type { ImageEngineLaw } from "./harness.js";
import { type Color, type Pixels, paint, readPixel } from "./pixels.js";
import { see } from "./render-outputs.js";

const anyChoice = fc.constantFrom("attention" as const, "entropy" as const);

/** The laws of an image engine about crops that it has to place itself. */
export const SMART_CROPPING_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "a smart crop keeps a rectangle of the planned size that lies inside the scaled picture",
    check: (harness, trials) =>
      holds(
        trials,
        { size: anySize, asked: anySize, moves: anyMoving, format: anyFormat, position: anyChoice },
        async (drawn) => {
          const { size, asked, moves, ...wish } = drawn;
          const seen = await see(harness, paintRamps(size, moves), {
            ...asked,
            ...wish,
            fit: "cover",
            ...LOOKS,
          });
          const { resize } = seen.planned;
          const found = placeInRamp(seen.shown, resize);
          const clamp = (at: number, whole: number, kept: number) => Math.min(Math.max(at, 0), whole - kept);
          showsRamp(seen, size, {
            left: clamp(found.left, resize.width, seen.shown.width),
            top: clamp(found.top, resize.height, seen.shown.height),
            width: seen.shown.width,
            height: seen.shown.height,
          });
        },
      ),
  },
  {
    name: "a smart crop keeps what alone stands out",
    check: (harness, trials) =>
      holds(
        trials,
        {
          position: anyChoice,
          wide: fc.boolean(),
          where: fc.constantFrom(0, 0.1, 0.9, 1),
          orientation: anyOrientation,
        },
        async ({ position, wide, where, orientation }) => {
          const size = wide ? { width: 96, height: 32 } : { width: 32, height: 96 };
          const start = Math.round((96 - PATCH) * where);
          const picture = paint(size, (x, y) => paintPatch(wide ? x - start : y - start, wide ? y : x));
          const wish = { width: 32, height: 32, format: "png", position, ...LOOKS } as const;
          const seen = await see(harness, [picture], wish, { orientation });
          const kept = countPixels(seen.shown, isOfPatch) / countPixels(picture, isOfPatch);
          assert.ok(kept > 0.5, `expected most of what stands out but received ${Math.round(kept * 100)} %`);
        },
      ),
  },
];

/** Side of what stands out, in pixels. */
const PATCH = 12;

/** A patch of loud squares on an even grey, by the distance from where it starts along the picture and across it. */
function paintPatch(along: number, across: number): Color {
  const isInside = along >= 0 && along < PATCH && across >= 10 && across < 10 + PATCH;
  if (!isInside) return [128, 128, 128, 255];
  return (Math.floor(along / 3) + Math.floor(across / 3)) % 2 ? [250, 40, 20, 255] : [255, 220, 0, 255];
}

function isOfPatch([red, , blue]: Color): boolean {
  return red - blue > 100;
}

function countPixels(pixels: Pixels, wanted: (color: Color) => boolean): number {
  let count = 0;
  for (let y = 0; y < pixels.height; y++)
    for (let x = 0; x < pixels.width; x++) if (wanted(readPixel(pixels, x, y))) count++;
  return count;
}
