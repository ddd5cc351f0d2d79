import { describe, expect, it } from "@jest/globals";
import sharp, { type Sharp } from "sharp";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { planPixels } from "../../src/domain/model/pixel-plan.js";
import { type PlannedImage, planRenditions } from "../../src/domain/model/render-plan.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { inspect } from "../support/engine.js";
import { type TestImage, testImage } from "../support/images.js";
import { psnr, scaledExactly } from "../support/lanczos.js";

/** Decibels that nobody sees. */
type Wish = { width: number } | { height: number };

const INVISIBLE = 100;

const pixelsOf = async (picture: Sharp) => {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

describe("A rendition that shares its decoding", () => {
  it.each<[string, TestImage, readonly Wish[]]>([
    ["a set of a JPEG that needs all pixels", { width: 1200, height: 800 }, widths(600, 350, 320, 166, 100)],
    ["a set of a JPEG at half its size", { width: 1200, height: 800 }, widths(384, 256, 192, 128, 64, 40)],
    ["nearly equal ones", { width: 1200, height: 800 }, widths(230, 210, 180, 135)],
    ["small ones", { width: 1200, height: 800 }, widths(128, 100, 64, 32)],
    ["sides that are rounded at a half", { width: 1200, height: 800 }, [{ height: 55 }, ...widths(97, 211)]],
    ["a tall one and a wide one", { width: 1200, height: 800 }, [{ height: 200 }, { width: 200 }]],
    ["one alone", { width: 1200, height: 800 }, widths(97)],
    ["a turned JPEG", { width: 800, height: 1200, orientation: 6 }, widths(300, 160, 50)],
    ["a JPEG of odd sides", { width: 1209, height: 803 }, widths(300, 160, 70)],
    ["a PNG", { width: 750, height: 500, format: "png" }, widths(600, 350, 320, 166, 32)],
    ["a WebP", { width: 999, height: 666, format: "webp" }, widths(450, 300, 166, 50)],
    ["one alone of a WebP", { width: 999, height: 666, format: "webp" }, widths(100)],
  ])("is as close to a full decoding as one that is decoded alone: %s", async (_name, wish, sizes) => {
    const bytes = await testImage(wish);
    const specs = sizes.map(
      (size, place) => [`w${place}`, thumbnailSpec({ ...size, format: "png" })] as const,
    );
    const plan = planRenditions(await inspect(bytes), {
      thumbnails: Object.fromEntries(specs),
      metadata: "strip",
    });
    const { outputs } = await sharpEngine().render(bytes, plan);
    const whole = await pixelsOf(sharp(bytes).autoOrient());
    for (const [place, made] of outputs.entries()) {
      const reference = scaledExactly(whole, plan.outputs[place] as PlannedImage);
      const alone = sharp(bytes)
        .autoOrient()
        .resize({ ...sizes[place] });
      const [shared, direct] = await Promise.all([sharp(made.bytes), alone].map(pixelsOf));
      0 &&
        console.log(
          _name,
          JSON.stringify(sizes[place]),
          psnr(shared?.data ?? [], reference).toFixed(2),
          psnr(direct?.data ?? [], reference).toFixed(2),
          JSON.stringify(planPixels(plan).pictures.map((q) => `${q.size.width}x${q.size.height}`)),
        );
      expect([shared?.width, shared?.height]).toEqual([direct?.width, direct?.height]);
      expect(psnr(shared?.data ?? [], reference)).toBeGreaterThan(
        psnr(direct?.data ?? [], reference) - INVISIBLE,
      );
    }
  });
});

function widths(...all: readonly number[]): readonly { width: number }[] {
  return all.map((width) => ({ width }));
}
