import fc from "fast-check";
import { OUTPUT_FORMATS } from "../../../domain/model/image-format.js";
import type { PlannedImage } from "../../../domain/model/render-plan.js";
import type { Orientation, Rectangle, Size } from "../../../domain/model/size.js";
import { type FocalPoint, GRAVITIES, type Gravity } from "../../../domain/model/thumbnail-spec.js";
import type { WatermarkInput } from "../../../domain/model/watermark-policy.js";
import type { Trials } from "../contract.js";
import { draw } from "../expectations.js";
import { computeRampTolerance, paintRamp, paintRampPart } from "./color-ramp.js";
import { looksLike, losesNothing } from "./compare-pixels.js";
import { type Pixels, paint, readPixel } from "./pixels.js";
import type { Seen } from "./render-outputs.js";

/** Checks a law in cases that fast-check draws. */
export async function holds<Drawn extends object>(
  trials: Trials,
  drawn: { readonly [Key in keyof Drawn]: fc.Arbitrary<Drawn[Key]> },
  law: (drawn: Drawn) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(fc.record(drawn) as fc.Arbitrary<Drawn>, law), draw(trials));
}

/** Small, and large enough for a tenth of a side to be seen. */
const side = fc.integer({ min: 24, max: 64 });
export const anySize: fc.Arbitrary<Size> = fc.record({ width: side, height: side });
export const anyMoving = fc.constantFrom(false, false, true);
export const anyFormat = fc.constantFrom(...OUTPUT_FORMATS);
export const anyGravity = fc.constantFrom(...GRAVITIES);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyFocus: fc.Arbitrary<FocalPoint> = fc.record({ x: share, y: share });
export const anyPosition: fc.Arbitrary<Gravity | FocalPoint> = fc.oneof(anyGravity, anyFocus);
export const anyOrientation = fc.integer({ min: 1, max: 8 }) as fc.Arbitrary<Orientation>;

/** Settings of encoders for pictures that can be compared, and that are soon encoded. */
export const LOOKS = { quality: 95, effort: "fast" } as const;

/** Near an edge a lossy encoder mixes what lies on both sides: that far from it only the even parts are compared. */
export const SMEAR = 3;

/** An original that shows where in it each of its pixels is. */
export function paintRamps(size: Size, moves: boolean): readonly Pixels[] {
  return moves ? [paintRamp(size), paintRamp(size, 1)] : [paintRamp(size)];
}

/** The part `kept` of the scaled ramp lies at `place` of every frame. */
export function showsRamp(
  { planned, frames }: Seen,
  source: Size,
  kept: Rectangle,
  place: Rectangle = { ...kept, left: 0, top: 0 },
): void {
  for (const [frame, shown] of frames.entries()) {
    const part = paintRampPart(planned.resize, kept, frame);
    const expected = paint(shown, (x, y) => readPixel(part, x - place.left, y - place.top));
    assertLooksLike(
      planned,
      shown,
      expected,
      place,
      "the picture",
      computeRampTolerance(source, planned.resize),
    );
  }
}

/** This part of an output looks as expected; of a lossy one only its inner part is looked at. */
export function assertLooksLike(
  { format }: PlannedImage,
  shown: Pixels,
  expected: Pixels,
  part: Rectangle,
  what: string,
  more = 0,
): void {
  const inset = losesNothing(format) ? 0 : SMEAR;
  const inner = {
    left: part.left + inset,
    top: part.top + inset,
    width: part.width - 2 * inset,
    height: part.height - 2 * inset,
  };
  looksLike(shown, expected, { format, part: inner, more, what: `${what} in ${format}` });
}

const PLACES = GRAVITIES.map((gravity) => ({ gravity }));

/** Where and how a watermark is laid, once or as a tiling. */
export const anyPlacing: fc.Arbitrary<WatermarkInput> = fc
  .record({
    where: fc.constantFrom<WatermarkInput>(...PLACES, { tile: true }),
    opacity: fc.constantFrom(0.3, 0.6, 1),
    scale: fc.constantFrom(0.3, 0.45, 0.6),
    margin: fc.constantFrom(0, 7, 16),
  })
  .map(({ where, ...placing }) => ({ ...where, ...placing }));
