import { describe, expect, it } from "@jest/globals";
import sharp, { type Sharp } from "sharp";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { type PlannedImage, planRenditions } from "../../src/domain/model/render-plan.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { inspect } from "../support/engine.js";
import { type TestImage, testImage } from "../support/images.js";
import { psnr, scaledExactly } from "../support/lanczos.js";

/** Differences so small that nobody sees them: about 1 of 255. */
const INVISIBLE = 47;

const pixelsOf = async (picture: Sharp) => {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

describe("A rendition that shares its decoding", () => {
  it.each<[string, TestImage, readonly number[]]>([
    ["a large set of a JPEG", { width: 1200, height: 800, format: "jpeg" }, [600, 350, 320, 166, 100]],
    ["small ones of a JPEG", { width: 1200, height: 801, format: "jpeg" }, [160, 128, 100, 64, 32]],
    ["a turned JPEG", { width: 801, height: 1200, format: "jpeg", orientation: 6 }, [500, 240, 50]],
    ["a PNG", { width: 750, height: 498, format: "png" }, [600, 350, 320, 166, 32]],
    ["a WebP", { width: 999, height: 667, format: "webp" }, [450, 300, 166, 50]],
  ])("is as close to a full decoding as one that is decoded alone: %s", async (_name, wish, widths) => {
    const bytes = await testImage(wish);
    const specs = widths.map((width) => [`w${width}`, thumbnailSpec({ width, format: "png" })] as const);
    const thumbnails = Object.fromEntries(specs);
    const plan = planRenditions(await inspect(bytes), { thumbnails, metadata: "strip" });
    const { outputs } = await sharpEngine().render(bytes, plan);
    const whole = await pixelsOf(sharp(bytes).autoOrient());
    for (const [place, made] of outputs.entries()) {
      const { resize } = plan.outputs[place] as PlannedImage;
      const reference = scaledExactly(whole, resize);
      const alone = sharp(bytes).resize(resize.width, resize.height, { fit: "fill" }).autoOrient();
      const [shared, direct] = [await pixelsOf(sharp(made.bytes)), await pixelsOf(alone)].map(({ data }) =>
        psnr(data, reference),
      );
      expect(shared).toBeGreaterThan(Math.min(direct ?? 0, INVISIBLE) - 0.1);
    }
  });
});
