import assert from "node:assert/strict";
import fc from "fast-check";
import type { OutputFormat } from "../../../domain/model/image-format.js";
import type { Rectangle, Size } from "../../../domain/model/size.js";
import {
  computeWatermarkPositions,
  computeWatermarkSize,
  type PlannedWatermark,
} from "../../../domain/model/watermark-placement.js";
import {
  type WatermarkInput,
  type WatermarkPolicy,
  watermarkPolicy,
} from "../../../domain/model/watermark-policy.js";
import { draw, requireHook } from "../expectations.js";
import { looksLike, losesNothing } from "./compare-pixels.js";
import { anyPlacing } from "./draw-cases.js";
import type { ImageEngineHarness, ImageEngineLaw } from "./harness.js";
import { type Color, composite, type Pixels, paint, paintEvenly, readPixel } from "./pixels.js";
import { getPlannedWatermark, type Seen, seeAll, type Wish } from "./render-outputs.js";

/** The watermark's four quarters, from the upper left one: whichever way it is turned, it is seen. */
const QUARTERS: readonly [Color, Color, Color, Color] = [
  [230, 20, 30, 255],
  [20, 200, 40, 255],
  [0, 0, 0, 0],
  [30, 40, 240, 128],
];

const WATERMARK_SIZE: Size = { width: 48, height: 32 };

/** How far a lossy encoder carries a hard edge: all of a block of 16 x 16 pixels. */
const REACH = 16;

/**
 * Levels that a small part of a frame may be off because it was taken from the frame before, where that is about the
 * same: libwebp was up to 19 off in 1,500 draws. A watermark that is not there is off by a hundred.
 */
const CARRIED_OVER = 20;

const GRAY: Color = [128, 128, 128, 255];

const PICTURE = { width: 120, height: 90 };

const anyMarking = fc.record({
  placing: anyPlacing,
  format: fc.constantFrom<OutputFormat>("png", "png", "jpeg", "webp", "avif", "gif"),
  below: fc.constantFrom<Color>([128, 128, 128, 255], [250, 240, 200, 255], [30, 30, 60, 255], [0, 0, 0, 0]),
  frames: fc.constantFrom(1, 1, 2),
  width: fc.integer({ min: 84, max: 120 }),
  shape: fc.constantFrom<Partial<Wish>>(
    {},
    { height: 48, fit: "cover" },
    { height: 108, fit: "contain", background: "#d0e0f0" },
  ),
});

/** The laws of an image engine about watermarks. */
export const WATERMARK_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "a planned watermark is drawn once at each planned position, as opaque as planned",
    check: (harness, trials) =>
      checkWatermark(harness, trials, (seen, bare, watermark) => {
        const places = computePositions(watermark);
        assert.ok(places.length > 0, "expected a place for a watermark but received none");
        for (const [frame, shown] of seen.frames.entries()) {
          for (const place of places)
            showsMark(seen, shown, bare.frames[frame] ?? bare.shown, place, watermark);
        }
      }),
  },
  {
    name: "a watermark changes nothing outside its planned positions",
    check: (harness, trials) =>
      checkWatermark(harness, trials, (seen, bare, watermark) => {
        const { format } = seen.planned;
        const touched = computePositions(watermark).map((place) =>
          grow(place, losesNothing(format) ? 0 : REACH),
        );
        for (const [frame, shown] of seen.frames.entries()) {
          const without = bare.frames[frame] ?? bare.shown;
          const elsewhere = paint(shown, (x, y) =>
            readPixel(touched.some((place) => isInside(x, y, place)) ? shown : without, x, y),
          );
          const more = tolerate(seen);
          looksLike(shown, elsewhere, { format, more, what: `the part without a watermark in ${format}` });
        }
      }),
  },
  {
    name: "an output without a planned watermark has none, whatever other outputs have",
    check: async (harness) => {
      const watermark = await createPolicy(harness, { opacity: 1, scale: 0.5 });
      const wish = { width: 120, format: "png" } as const;
      const [first, second, third] = await seeAll(
        harness,
        [paintEvenly(PICTURE, GRAY)],
        {
          watermarked: { ...wish, watermark: true },
          bare: { ...wish, watermark: false },
          small: wish,
        },
        { watermark },
      );
      assert.ok(first?.planned.watermark && !second?.planned.watermark && !third?.planned.watermark);
      for (const seen of [second, third]) {
        if (!seen) assert.fail("expected an output without a watermark but received none");
        const what = "an output without a watermark";
        looksLike(seen.shown, paintEvenly(seen.shown, GRAY), { format: "png", what });
      }
    },
  },
  {
    name: "every output with a planned watermark has it, whatever other outputs have",
    check: async (harness) => {
      const watermark = await createPolicy(harness, { opacity: 1, scale: 0.5, minWidth: 0 });
      const wish = { format: "png", watermark: true } as const;
      const all = await seeAll(
        harness,
        [paintEvenly(PICTURE, GRAY)],
        {
          bare: { ...wish, width: 120, watermark: false },
          large: { ...wish, width: 120 },
          small: { ...wish, width: 100 },
        },
        { watermark },
      );
      assert.equal(all.length, 3, "the outputs");
      for (const seen of all.slice(1)) {
        for (const place of computePositions(getPlannedWatermark(seen)))
          showsMark(seen, seen.shown, paintEvenly(seen.shown, GRAY), place, getPlannedWatermark(seen));
      }
    },
  },
];

async function createPolicy(
  { codec }: ImageEngineHarness,
  placing: WatermarkInput,
): Promise<WatermarkPolicy> {
  const paintQuarter = (x: number, y: number) =>
    QUARTERS[(y < WATERMARK_SIZE.height / 2 ? 0 : 2) + (x < WATERMARK_SIZE.width / 2 ? 0 : 1)] ?? QUARTERS[0];
  const bytes = await requireHook(codec, "codec").encode([paint(WATERMARK_SIZE, paintQuarter)]);
  return watermarkPolicy({ ...placing, image: bytes });
}

/** Draws outputs, and hands each one over with its watermark and without it. */
async function checkWatermark(
  harness: ImageEngineHarness,
  trials: Parameters<typeof draw>[0],
  law: (seen: Seen, bare: Seen, watermark: PlannedWatermark) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyMarking, async ({ placing, format, below, frames, width, shape }) => {
      // GIF knows no half: what it makes of one is its encoder's choice.
      fc.pre(format !== "gif" || below[3] === 255);
      const watermark = await createPolicy(harness, placing);
      const wish = { width, ...shape, format, quality: 95, effort: "fast" } as const;
      // Frames that are alike might be merged into one.
      const original = Array.from({ length: frames }, (_, frame) =>
        paintEvenly(PICTURE, shade(below, frame)),
      );
      const [seen, bare] = await seeAll(
        harness,
        original,
        { watermarked: { ...wish, watermark: true }, bare: { ...wish, watermark: false } },
        { watermark },
      );
      if (!seen || !bare) assert.fail("expected two outputs but received fewer");
      assert.equal(
        seen.frames.length,
        bare.frames.length,
        "the frames of an output with a watermark and of one without",
      );
      law(seen, bare, getPlannedWatermark(seen));
    }),
    draw(trials),
  );
}

function shade([red, green, blue, alpha]: Color, frame: number): Color {
  return [red, green, frame === 0 ? blue : 200, frame === 0 ? alpha : 255];
}

function computePositions(watermark: PlannedWatermark): readonly Rectangle[] {
  return computeWatermarkPositions(watermark, computeWatermarkSize(watermark, WATERMARK_SIZE));
}

/** The levels beside the format's noise. */
function tolerate({ planned }: Seen): number {
  return planned.frames > 1 ? CARRIED_OVER : 0;
}

/** The middle of each quarter of the watermark is what it should be over what lies below. */
function showsMark(
  seen: Seen,
  shown: Pixels,
  bare: Pixels,
  { left, top, width, height }: Rectangle,
  { opacity }: PlannedWatermark,
): void {
  const { format } = seen.planned;
  const more = tolerate(seen);
  for (const [index, [red, green, blue, alpha]] of QUARTERS.entries()) {
    const [half, quarter] = [
      { width: width / 2, height: height / 2 },
      { width: width / 8, height: height / 8 },
    ];
    const part = {
      left: Math.ceil(left + (index % 2) * half.width + quarter.width),
      top: Math.ceil(top + (index < 2 ? 0 : 1) * half.height + quarter.height),
      width: Math.floor(half.width - 2 * quarter.width),
      height: Math.floor(half.height - 2 * quarter.height),
    };
    const over: Color = [red, green, blue, alpha * opacity];
    const expected = paint(shown, (x, y) => composite(over, readPixel(bare, x, y)));
    looksLike(shown, expected, { format, part, more, onlyMean: true, what: `a watermark in ${format}` });
  }
}

function grow({ left, top, width, height }: Rectangle, by: number): Rectangle {
  return { left: left - by, top: top - by, width: width + 2 * by, height: height + 2 * by };
}

function isInside(x: number, y: number, { left, top, width, height }: Rectangle): boolean {
  return x >= left && x < left + width && y >= top && y < top + height;
}
