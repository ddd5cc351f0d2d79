import fc from "fast-check";
import { getFormatFacts } from "../../../domain/model/image-format.js";
import type { PlannedImage } from "../../../domain/model/render-plan.js";
import type { Rectangle, Size } from "../../../domain/model/size.js";
import {
  anyFormat,
  anyGravity,
  anyMoving,
  anySize,
  assertLooksLike,
  holds,
  LOOKS,
  paintRamps,
  SMEAR,
  showsRamp,
} from "./draw-cases.js";
import type { ImageEngineLaw } from "./harness.js";
import { type Color, composite, paint, parseColor, readPixel } from "./pixels.js";
import { see } from "./render-outputs.js";

const HALF_CLEAR = "#10c0a080";
const anyBackground = fc.constantFrom("#ffffff", "#ff00ff", "#204060", HALF_CLEAR, "#00000000");

const anyPaint: fc.Arbitrary<Color> = fc.constantFrom<Color>(
  [200, 40, 40, 255],
  [30, 160, 60, 255],
  [0, 0, 0, 0],
  [240, 240, 240, 255],
);

/** The laws of an image engine about what lies behind a picture. */
export const BACKGROUND_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "the picture lies on its canvas where the plan says, and around it is the background alone",
    check: (harness, trials) =>
      holds(
        trials,
        {
          size: anySize,
          asked: anySize,
          moves: anyMoving,
          format: anyFormat,
          position: anyGravity,
          background: anyBackground,
        },
        async ({ size, asked, moves, ...wish }) => {
          // GIF knows no half: what it makes of one is its encoder's choice.
          fc.pre(wish.format !== "gif" || wish.background !== HALF_CLEAR);
          const seen = await see(harness, paintRamps(size, moves), {
            ...asked,
            ...wish,
            fit: "contain",
            ...LOOKS,
          });
          const { resize, canvas } = seen.planned;
          const place = { left: 0, top: 0, ...canvas, ...resize };
          showsRamp(seen, size, { left: 0, top: 0, ...resize }, place);
          const even = paint(seen.shown, () => parseBackground(seen.planned));
          for (const shown of seen.frames) {
            for (const part of surround(place, shown))
              assertLooksLike(seen.planned, shown, even, part, "the padding");
          }
        },
      ),
  },
  {
    name: "transparency stays where the format has it, and lies on the background where it has none",
    check: (harness, trials) =>
      holds(
        trials,
        {
          format: anyFormat,
          background: anyBackground,
          left: anyPaint,
          right: anyPaint,
          fit: fc.constantFrom("fill", "contain"),
        },
        async ({ left, right, ...wish }) => {
          const paintHalves = (size: Size) => paint(size, (x) => (x < size.width / 2 ? left : right));
          const seen = await see(harness, [paintHalves({ width: 64, height: 48 })], {
            width: 32,
            height: 24,
            ...wish,
            ...LOOKS,
          });
          const { format, background } = seen.planned;
          const { alpha } = getFormatFacts(format);
          const expected = paintHalves(seen.shown);
          const flat = paint(expected, (x, y) =>
            composite(readPixel(expected, x, y), parseColor(background, false)),
          );
          for (const part of [
            { left: 0, top: 0, width: 16 - SMEAR, height: 24 },
            { left: 16 + SMEAR, top: 0, width: 16 - SMEAR, height: 24 },
          ]) {
            assertLooksLike(seen.planned, seen.shown, alpha ? expected : flat, part, "a transparent picture");
          }
        },
      ),
  },
];

function parseBackground({ format, background }: PlannedImage): Color {
  return parseColor(background, getFormatFacts(format).alpha);
}

/** The four strips of `whole` around `place`. */
function surround({ left, top, width, height }: Rectangle, whole: Size): readonly Rectangle[] {
  return [
    { left: 0, top: 0, width: whole.width, height: top },
    { left: 0, top: top + height, width: whole.width, height: whole.height - top - height },
    { left: 0, top, width: left, height },
    { left: left + width, top, width: whole.width - left - width, height },
  ];
}
