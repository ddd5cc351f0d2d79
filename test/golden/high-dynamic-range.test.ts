import { describe, expect, it } from "@jest/globals";
import {
  addChunks,
  buildCicpChunk,
  buildLightLevelBox,
  buildLightLevelChunk,
  buildNclxBox,
} from "../support/code-points.js";
import { paint, readPatches } from "../support/color-cards.js";
import { compareColors, drawAvif, drawPng, drawWidePng, renderColors } from "../support/drawn-colors.js";
import { renderOne } from "../support/engine.js";

/**
 * The color of a page for a signal in all three channels, from PQ's curve (SMPTE ST 2084, 5.2) or HLG's and its nominal
 * display (ITU-R BT.2100, table 5), 203 cd/m2 as white (ITU-R BT.2408) and the reference white tone mapping operator (SMPTE ST
 * 2094-50). Browsers show the same within 1.
 */
const GRAYS = [0, 34, 68, 102, 136, 170, 204, 238, 255];
const HDR_GRAYS: Readonly<Record<string, readonly number[]>> = {
  pq: [0, 6, 34, 79, 153, 229, 255, 255, 255],
  "pq to 400 cd/m2": [0, 9, 45, 99, 187, 255, 255, 255, 255],
  hlg: [0, 16, 46, 76, 107, 150, 206, 241, 255],
};

/** The same for colors, the numbers those of BT.2020. */
const HDR_COLORS: readonly (readonly [
  signals: readonly number[],
  pq: readonly number[],
  hlg: readonly number[],
])[] = [
  [
    [0, 0, 128],
    [0, 0, 139],
    [0, 0, 80],
  ],
  [
    [0, 128, 0],
    [0, 140, 0],
    [0, 102, 0],
  ],
  [
    [128, 0, 0],
    [167, 0, 0],
    [111, 0, 0],
  ],
  [
    [128, 128, 128],
    [132, 132, 132],
    [99, 99, 99],
  ],
  [
    [128, 128, 0],
    [137, 133, 0],
    [102, 99, 0],
  ],
  [
    [0, 128, 128],
    [0, 140, 133],
    [0, 102, 97],
  ],
];

describe("High dynamic range", () => {
  const grays = GRAYS.map((gray) => [gray, gray, gray]);
  const listGrays = (name: string) => (HDR_GRAYS[name] ?? []).map((gray) => [gray, gray, gray]);

  it.each([
    ["pq", 16, []],
    ["pq to 400 cd/m2", 16, [buildLightLevelChunk(400)]],
    ["hlg", 18, []],
  ] as const)("is tone-mapped as browsers do, in a PNG: %s", async (name, transfer, chunks) => {
    for (const draw of [drawPng, drawWidePng]) {
      const found = await renderColors(await draw(grays, buildCicpChunk(9, transfer), ...chunks), grays);
      expect(compareColors(found, listGrays(name)).mean).toBeLessThan(2.5);
    }
    const gray = paint(grays).toColourspace("b-w").png().toBuffer();
    const found = await renderColors(addChunks(await gray, buildCicpChunk(9, transfer), ...chunks), grays);
    expect(compareColors(found, listGrays(name)).mean).toBeLessThan(1);
  });

  it.each([
    ["pq", 16, []],
    ["pq to 400 cd/m2", 16, [buildLightLevelBox(400)]],
    ["hlg", 18, []],
  ] as const)("is tone-mapped as browsers do, in an AVIF: %s", async (name, transfer, boxes) => {
    for (const bits of [8, 10] as const) {
      const original = await drawAvif(grays, bits, buildNclxBox(9, transfer, 6), ...boxes);
      expect(compareColors(await renderColors(original, grays), listGrays(name)).mean).toBeLessThan(2.5);
    }
  });

  it("is tone-mapped in its colors", async () => {
    const signals = HDR_COLORS.map(([color]) => color);
    const pq = await renderColors(await drawPng(signals, buildCicpChunk(9, 16)), signals);
    const hlg = await renderColors(await drawPng(signals, buildCicpChunk(9, 18)), signals);
    expect(
      compareColors(
        pq,
        HDR_COLORS.map(([, color]) => color),
      ).mean,
    ).toBeLessThan(3);
    expect(
      compareColors(
        hlg,
        HDR_COLORS.map(([, , color]) => color),
      ).mean,
    ).toBeLessThan(3);
  });

  it("keeps its numbers by choice, with a profile that shows the same", async () => {
    const original = await drawPng(grays, buildCicpChunk(9, 16), buildLightLevelChunk(400));
    const wish = { width: 16 * grays.length, format: "png", profile: "keep" } as const;
    const kept = await renderOne(original, wish);
    expect(compareColors(await readPatches(kept.bytes), grays).most).toBeLessThanOrEqual(1);
    expect(
      compareColors(await renderColors(kept.bytes, grays), listGrays("pq to 400 cd/m2")).mean,
    ).toBeLessThan(2);
  });
});
