import assert from "node:assert/strict";
import type { Rectangle } from "../../../domain/model/size.js";
import {
  computeWatermarkPositions,
  type PlannedWatermark,
} from "../../../domain/model/watermark-placement.js";
import { watermarkPolicy } from "../../../domain/model/watermark-policy.js";
import { anyPlacing, holds } from "./draw-cases.js";
import type { ImageEngineLaw } from "./harness.js";
import { type Color, type Pixels, paintEvenly, readPixel } from "./pixels.js";
import { getPlannedWatermark, see } from "./render-outputs.js";

/** The laws of an image engine about watermarks of text. */
export const TEXT_WATERMARK_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "a text is drawn in its color where the plan says, as large as its box allows",
    check: (harness, trials) =>
      holds(trials, { placing: anyPlacing.filter(({ tile }) => !tile) }, async ({ placing }) => {
        const watermark = watermarkPolicy({ ...placing, opacity: 1, text: "Safelight", color: "#ff2020" });
        const wish = { width: 160, format: "png", watermark: true } as const;
        const picture = paintEvenly({ width: 160, height: 120 }, [20, 60, 90, 255]);
        const seen = await see(harness, [picture], wish, { watermark });
        const colored = findBounds(seen.shown, ([red, , blue]) => red - blue > 60);
        // With what outlines it.
        const drawn = findBounds(seen.shown, ([, , blue]) => Math.abs(blue - 90) > 24);
        assert.ok(colored && drawn, "expected a text in its color but received none");
        assertFills(drawn, getPlannedWatermark(seen));
      }),
  },
];

/** The smallest rectangle around all pixels of a kind. */
function findBounds(pixels: Pixels, wanted: (color: Color) => boolean): Rectangle | undefined {
  const found = { left: pixels.width, top: pixels.height, right: 0, bottom: 0 };
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      if (!wanted(readPixel(pixels, x, y))) continue;
      found.left = Math.min(found.left, x);
      found.top = Math.min(found.top, y);
      found.right = Math.max(found.right, x + 1);
      found.bottom = Math.max(found.bottom, y + 1);
    }
  }
  const { left, top, right, bottom } = found;
  return right > left ? { left, top, width: right - left, height: bottom - top } : undefined;
}

/** Asserts that the text is where a watermark of its size belongs, and as large as it can be, within the two soft pixels of a letter's edge. */
function assertFills(drawn: Rectangle, planned: PlannedWatermark): void {
  const soft = 2;
  const { box } = planned;
  const spare = Math.min(box.width - drawn.width, box.height - drawn.height);
  assert.ok(spare <= 2 * soft, `expected a text that fills its box but ${spare} pixels are left`);
  const [place = drawn] = computeWatermarkPositions(planned, drawn);
  const off = Math.max(Math.abs(place.left - drawn.left), Math.abs(place.top - drawn.top));
  assert.ok(
    off <= soft,
    `expected a text at ${place.left},${place.top} but it is at ${drawn.left},${drawn.top}`,
  );
}
