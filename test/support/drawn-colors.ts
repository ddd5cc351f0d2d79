import sharp from "sharp";
import { addChunks, addProperties } from "./code-points.js";
import { PATCHES, paint, readPatches } from "./color-cards.js";
import { type ColorSpace, convertColor, SRGB } from "./color-spaces.js";
import { renderOne } from "./engine.js";

/** Red, green and blue of some patches. */
export type Colors = readonly (readonly number[])[];

/** A PNG of these patches, with chunks that say how their numbers are meant. */
export const drawPng = (colors: Colors, ...chunks: readonly Uint8Array[]): Promise<Buffer> =>
  paint(colors)
    .png()
    .toBuffer()
    .then((png) => addChunks(png, ...chunks));

/** The same in 16 bits. */
export const drawWidePng = (colors: Colors, ...chunks: readonly Uint8Array[]): Promise<Buffer> =>
  paint(colors)
    .toColourspace("rgb16")
    .png()
    .toBuffer()
    .then((png) => addChunks(png, ...chunks));

/** An AVIF of these patches, with properties that say how their numbers are meant. */
export const drawAvif = (colors: Colors, bitdepth: 8 | 10, ...boxes: readonly Buffer[]): Promise<Buffer> =>
  paint(colors)
    .avif({ quality: 100, chromaSubsampling: "4:4:4", bitdepth })
    .toBuffer()
    .then((avif) => addProperties(avif, ...boxes));

/** Renders patches, and reads the colors that they come out in. Throws if the output has a profile. */
export async function renderColors(original: Uint8Array, colors: Colors = PATCHES): Promise<Colors> {
  const output = await renderOne(original, { width: 16 * colors.length, format: "png" });
  if ((await sharp(output.bytes).metadata()).icc)
    throw new Error("expected pixels in sRGB without a profile");
  return readPatches(await sharp(output.bytes).toColourspace("srgb").png().toBuffer());
}

/** The numbers of these patches in a space, shown in sRGB. */
export const convertToSrgb = (space: ColorSpace, colors: Colors = PATCHES): Colors =>
  colors.map((color) => convertColor(color, space, SRGB).map((value) => Math.min(Math.max(value, 0), 255)));

/** The mean and the largest difference of all numbers in two lists of colors. */
export function compareColors(found: Colors, expected: Colors): { mean: number; most: number } {
  if (found.length !== expected.length) throw new Error(`${found.length} colors, not ${expected.length}`);
  const differences = found.flatMap((color, index) =>
    color.map((value, band) => Math.abs(value - (expected[index]?.[band] ?? Number.NaN))),
  );
  return {
    mean: differences.reduce((sum, value) => sum + value, 0) / differences.length,
    most: Math.max(...differences),
  };
}

/** A space of sRGB's primaries with a power instead of its curve. */
export const createGammaSpace = (gamma: number, primaries: ColorSpace = SRGB): ColorSpace => ({
  ...primaries,
  name: `gamma ${gamma}`,
  toLight: (value) => value ** gamma,
  fromLight: (light) => light ** (1 / gamma),
});
