import { describe, expect, it } from "@jest/globals";
import sharp, { type Sharp } from "sharp";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { type PlannedImage, planRenditions } from "../../src/domain/model/render-plan.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { inspect } from "../support/engine.js";
import { drawTestImage, type TestImage } from "../support/images.js";
import { computePsnr, scaleExactly } from "../support/lanczos.js";

type Wish = { width: number } | { height: number };

/** The edges of its quarters lie within blocks, as a photograph's do: at their borders a JPEG's eighths are exact. */
const LANDSCAPE = { width: 604, height: 404 };

/** Decibels that nobody sees. */
const INVISIBLE = 0.1;

const readPixels = async (picture: Sharp) => {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

describe("A rendition that shares its decoding", () => {
  it.each<[string, TestImage, readonly Wish[]]>([
    ["a set of a JPEG that needs all pixels", LANDSCAPE, listWidths(300, 175, 160, 83, 50)],
    ["a set of a JPEG at half its size", LANDSCAPE, listWidths(192, 128, 96, 64, 32, 20)],
    ["small ones beside a large one", { width: 1016, height: 680 }, listWidths(930, 50, 43, 38, 35)],
    ["nearly equal ones", LANDSCAPE, listWidths(115, 105, 90, 68)],
    ["small ones", LANDSCAPE, listWidths(64, 50, 32, 16)],
    ["sides that are rounded at a half", LANDSCAPE, [{ height: 28 }, ...listWidths(48, 106)]],
    ["a tall one and a wide one", LANDSCAPE, [{ height: 100 }, { width: 100 }]],
    ["one alone", LANDSCAPE, listWidths(48)],
    ["a turned JPEG", { width: 404, height: 604, orientation: 6 }, listWidths(150, 80, 30)],
    ["a JPEG of odd sides", { width: 604, height: 402 }, listWidths(150, 80, 35)],
    ["a PNG", { width: 375, height: 250, format: "png" }, listWidths(300, 175, 160, 83, 16)],
    ["a WebP", { width: 500, height: 333, format: "webp" }, listWidths(225, 150, 83, 25)],
    ["one alone of a WebP", { width: 500, height: 333, format: "webp" }, listWidths(50)],
  ])("is as close to a full decoding as one that is decoded alone: %s", async (_name, wish, sizes) => {
    const bytes = await drawTestImage(wish);
    const specs = sizes.map(
      (size, place) => [`w${place}`, thumbnailSpec({ ...size, format: "png" })] as const,
    );
    const plan = planRenditions(await inspect(bytes), {
      thumbnails: Object.fromEntries(specs),
      metadata: "strip",
    });
    const { outputs } = await sharpEngine().render(bytes, plan);
    const whole = await readPixels(sharp(bytes).autoOrient());
    for (const [place, made] of outputs.entries()) {
      const reference = scaleExactly(whole, plan.outputs[place] as PlannedImage);
      const alone = sharp(bytes)
        .autoOrient()
        .resize({ ...sizes[place] });
      const [shared, direct] = await Promise.all([sharp(made.bytes), alone].map(readPixels));
      expect([shared?.width, shared?.height]).toEqual([direct?.width, direct?.height]);
      expect(computePsnr(shared?.data ?? [], reference)).toBeGreaterThan(
        computePsnr(direct?.data ?? [], reference) - INVISIBLE,
      );
    }
  });
});

function listWidths(...all: readonly number[]): readonly { width: number }[] {
  return all.map((width) => ({ width }));
}
