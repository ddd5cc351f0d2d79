import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import type { OutputFormat } from "../../src/domain/model/image-format.js";
import type { Orientation } from "../../src/domain/model/size.js";
import { renderOne } from "../support/engine.js";
import { CORNERS, computeColorDistance, drawTestImage, readColor } from "../support/images.js";

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

async function expectUpright(bytes: Uint8Array): Promise<void> {
  const corners = [
    [CORNERS.topLeft, 0.2, 0.2],
    [CORNERS.topRight, 0.8, 0.2],
    [CORNERS.bottomLeft, 0.2, 0.8],
    [CORNERS.bottomRight, 0.8, 0.8],
  ] as const;
  for (const [color, x, y] of corners)
    expect(computeColorDistance(await readColor(bytes, x, y), color)).toBeLessThan(40);
  expect((await sharp(bytes).metadata()).orientation).toBeUndefined();
}

describe.each(ORIENTATIONS)("A picture stored with orientation %i", (orientation) => {
  it.each<OutputFormat>(["jpeg", "png", "webp"])("is upright as %s, whole", async (format) => {
    const original = await drawTestImage({ width: 96, height: 64, format, orientation });
    const output = await renderOne(original, { width: 48, format });
    expect([output.width, output.height]).toEqual([48, 32]);
    await expectUpright(output.bytes);
  });

  it("is upright when cropped and when padded", async () => {
    const original = await drawTestImage({ width: 96, height: 64, format: "jpeg", orientation });
    const cropped = await renderOne(original, { width: 40, height: 40, fit: "cover" });
    expect([cropped.width, cropped.height]).toEqual([40, 40]);
    await expectUpright(cropped.bytes);
    const left = await renderOne(original, { width: 20, height: 40, fit: "cover", position: "west" });
    expect(computeColorDistance(await readColor(left.bytes, 0.8, 0.2), CORNERS.topLeft)).toBeLessThan(40);
    const padded = await renderOne(original, {
      width: 96,
      height: 96,
      fit: "contain",
      background: "#000000",
    });
    expect(computeColorDistance(await readColor(padded.bytes, 0.5, 0.05), [0, 0, 0])).toBeLessThan(12);
    expect(computeColorDistance(await readColor(padded.bytes, 0.2, 0.3), CORNERS.topLeft)).toBeLessThan(40);
  });

  it("is upright when animated", async () => {
    const delay = [100, 250, 400];
    const original = await drawTestImage({
      width: 48,
      height: 32,
      format: "webp",
      frames: 3,
      delay,
      orientation,
    });
    const output = await renderOne(original, { width: 24, format: "webp" });
    expect([output.width, output.height, output.frames]).toEqual([24, 16, 3]);
    await expectUpright(output.bytes);
    const last = await sharp(output.bytes, { page: 2 }).png().toBuffer();
    expect(computeColorDistance(await readColor(last, 0.2, 0.8), CORNERS.bottomLeft)).toBeLessThan(40);
    expect((await sharp(output.bytes).metadata()).delay).toEqual(delay);
  });
});
