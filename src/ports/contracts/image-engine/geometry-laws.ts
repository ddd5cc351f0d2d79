import fc from "fast-check";
import { paintRamp } from "./color-ramp.js";
import { looksLike } from "./compare-pixels.js";
import {
  anyFormat,
  anyMoving,
  anyOrientation,
  anyPosition,
  anySize,
  holds,
  LOOKS,
  paintRamps,
  showsRamp,
} from "./draw-cases.js";
import type { ImageEngineLaw } from "./harness.js";
import { paint, paintNoise, parseColor, readPixel } from "./pixels.js";
import { see } from "./render-outputs.js";

/** The laws of an image engine about what of the picture is in an output. */
export const GEOMETRY_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "the whole picture is scaled to the planned size, stretched or enlarged where the plan says so",
    check: (harness, { runs, seed }) =>
      holds(
        { runs, seed },
        {
          size: anySize,
          asked: anySize,
          moves: anyMoving,
          format: anyFormat,
          fit: fc.constantFrom("inside", "outside", "fill"),
          upscale: fc.boolean(),
        },
        async ({ size, asked, moves, ...wish }) => {
          const seen = await see(harness, paintRamps(size, moves), { ...asked, ...wish, ...LOOKS });
          showsRamp(seen, size, { left: 0, top: 0, ...seen.planned.resize });
        },
      ),
  },
  {
    name: "what is kept is the planned rectangle of the scaled picture",
    check: (harness, trials) =>
      holds(
        trials,
        {
          size: anySize,
          asked: anySize,
          moves: anyMoving,
          format: anyFormat,
          position: anyPosition,
          upscale: fc.boolean(),
        },
        async ({ size, asked, moves, ...wish }) => {
          const seen = await see(harness, paintRamps(size, moves), {
            ...asked,
            ...wish,
            fit: "cover",
            ...LOOKS,
          });
          showsRamp(seen, size, seen.planned.crop ?? { left: 0, top: 0, ...seen.planned.resize });
        },
      ),
  },
  {
    name: "every output shows the picture upright, however it is stored",
    check: (harness, trials) =>
      holds(
        trials,
        {
          size: anySize,
          asked: anySize,
          orientation: anyOrientation,
          fit: fc.constantFrom("cover", "contain", "inside", "fill"),
        },
        async ({ size, asked, orientation, fit }) => {
          const wish = { ...asked, fit, format: "png", ...LOOKS } as const;
          const seen = await see(harness, [paintRamp(size)], wish, { orientation });
          const { crop, resize, canvas } = seen.planned;
          const kept = crop ?? { left: 0, top: 0, ...resize };
          showsRamp(seen, size, kept, { left: 0, top: 0, ...canvas, width: kept.width, height: kept.height });
        },
      ),
  },
  {
    name: "pixels that are not scaled stay as they are where the format loses nothing",
    check: (harness, trials) =>
      holds(
        trials,
        {
          size: anySize,
          less: fc.integer({ min: 0, max: 20 }),
          high: fc.boolean(),
          fit: fc.constantFrom("cover", "contain"),
          position: anyPosition,
          quality: fc.constantFrom(1, 80),
          seed: fc.integer(),
        },
        async ({ size, less, high, fit, position, quality, seed }) => {
          const change = fit === "cover" ? -less : less;
          const asked = high
            ? { width: size.width, height: size.height + change }
            : { width: size.width + change, height: size.height };
          const picture = paintNoise(size, seed);
          const wish = { ...asked, fit, quality, format: "png", background: "#0a141e" } as const;
          const { planned, shown } = await see(harness, [picture], { ...wish, position });
          const { crop, canvas } = planned;
          const [left, top] = [
            (crop?.left ?? 0) - (canvas?.left ?? 0),
            (crop?.top ?? 0) - (canvas?.top ?? 0),
          ];
          const expected = paint(planned.size, (x, y) => {
            const [column, row] = [x + left, y + top];
            const inside = column >= 0 && row >= 0 && column < size.width && row < size.height;
            return inside ? readPixel(picture, column, row) : parseColor(wish.background, false);
          });
          looksLike(shown, expected, { format: "png", exact: true, what: "a picture that is not scaled" });
        },
      ),
  },
];
