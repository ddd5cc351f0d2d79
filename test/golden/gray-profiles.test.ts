import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { addChunks, buildGammaChunk } from "../support/code-points.js";
import { paint, readPatches } from "../support/color-cards.js";
import { compareColors, convertToSrgb, createGammaSpace, renderColors } from "../support/drawn-colors.js";
import { renderOne } from "../support/engine.js";

const GRAYS = [0, 34, 68, 102, 136, 170, 204, 238, 255];

describe("Grays", () => {
  const grays = GRAYS.map((gray) => [gray, gray, gray]);
  const shown = convertToSrgb(createGammaSpace(1), grays);

  it.each([8, 16])("of %i bits are lightened by a gamma of 1", async (bits) => {
    const picture = paint(grays).toColourspace(bits === 8 ? "b-w" : "grey16");
    const original = addChunks(await picture.png().toBuffer(), buildGammaChunk(1));
    expect(compareColors(await renderColors(original, grays), shown).mean).toBeLessThan(1.5);
  });

  it.each([8, 16])("of %i bits with opacity keep it, and lie on the background of a JPEG", async (bits) => {
    const width = 16 * grays.length;
    const pixels = Array.from({ length: width * 16 }, (_, at) => [
      GRAYS[Math.floor((at % width) / 16)] ?? 0,
      128,
    ]);
    const data =
      bits === 8 ? Uint8Array.from(pixels.flat()) : Uint16Array.from(pixels.flat(), (value) => value * 257);
    const png = await sharp(data, { raw: { width, height: 16, channels: 2 } })
      .toColourspace(bits === 8 ? "b-w" : "grey16")
      .png()
      .toBuffer();
    const original = addChunks(png, buildGammaChunk(1));
    const wish = { width, background: "#ff0000", quality: 100 } as const;
    const jpeg = await renderOne(original, { ...wish, format: "jpeg" });
    const expected = shown.map(([gray = 0]) => [(gray + 255) / 2, gray / 2, gray / 2]);
    expect(compareColors(await readPatches(jpeg.bytes), expected).mean).toBeLessThan(3);
    const webp = await renderOne(original, { ...wish, format: "webp" });
    expect((await sharp(webp.bytes).metadata()).hasAlpha).toBe(true);
  });
});
