import { deflateSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import {
  addProperties,
  buildCicpChunk,
  buildGammaChunk,
  buildNclxBox,
  buildPrimariesChunk,
  P3_PRIMARIES,
  replaceSequenceColors,
  SRGB_PRIMARIES,
} from "../support/code-points.js";
import {
  CARD_WIDTH,
  convertPatches,
  insertProfile,
  PATCHES,
  paint,
  readPatches,
} from "../support/color-cards.js";
import { ADOBE_RGB, buildIccProfile, type ColorSpace, DISPLAY_P3, SRGB } from "../support/color-spaces.js";
import {
  compareColors,
  convertToSrgb,
  createGammaSpace,
  drawAvif,
  drawPng,
  drawWidePng,
  renderColors,
} from "../support/drawn-colors.js";
import { renderOne } from "../support/engine.js";
import { buildPngChunk } from "../support/image-blocks.js";

const SRGB_CHUNK = buildPngChunk("sRGB", Buffer.from([0]));

/** Adapted to D50 by Bradford from the primaries of ITU-R BT.2020. */
const BT_2020: ColorSpace = {
  ...SRGB,
  name: "BT.2020",
  toXyz: [
    [0.6734241, 0.1656411, 0.1251286],
    [0.2790177, 0.6753402, 0.0456377],
    [-0.00193, 0.0299784, 0.797333],
  ],
};

const SPACES: readonly (readonly [name: string, space: ColorSpace, primaries: number, transfer: number])[] = [
  ["Display P3", DISPLAY_P3, 12, 13],
  ["BT.2020 with sRGB's curve", BT_2020, 9, 13],
  ["linear light", createGammaSpace(1), 1, 8],
  ["linear light of Display P3", createGammaSpace(1, DISPLAY_P3), 12, 8],
  ["a power of 2.2", createGammaSpace(2.2), 1, 4],
  ["a power of 2.8 (BT.470)", createGammaSpace(2.8), 1, 5],
];

describe.each(SPACES)("Code points of %s", (_, space, primaries, transfer) => {
  it("mean other colors than sRGB's, so that ignoring them would be seen", () => {
    expect(compareColors(convertToSrgb(space), PATCHES).mean).toBeGreaterThan(1);
  });

  it("count in a PNG", async () => {
    const { mean, most } = compareColors(
      await renderColors(await drawPng(PATCHES, buildCicpChunk(primaries, transfer))),
      convertToSrgb(space),
    );
    expect(mean).toBeLessThan(0.5);
    expect(most).toBeLessThanOrEqual(3);
  });

  it("count in a PNG of 16 bits", async () => {
    const found = await renderColors(await drawWidePng(PATCHES, buildCicpChunk(primaries, transfer)));
    expect(compareColors(found, convertToSrgb(space)).mean).toBeLessThan(1);
  });

  it.each([8, 10] as const)("count in an AVIF of %i bits", async (bits) => {
    const original = await drawAvif(PATCHES, bits, buildNclxBox(primaries, transfer, 6));
    expect(compareColors(await renderColors(original), convertToSrgb(space)).mean).toBeLessThan(1.5);
  });

  it("count in an AVIF that tells them among its pixels alone, but after those in front", async () => {
    const original = replaceSequenceColors(await drawAvif(PATCHES, 8), primaries, transfer);
    expect(compareColors(await renderColors(original), convertToSrgb(space)).mean).toBeLessThan(1.5);
    const told = addProperties(original, buildNclxBox(1, 13, 6));
    expect(compareColors(await renderColors(told), PATCHES).mean).toBeLessThan(1);
  });

  it("become a profile of an output that keeps its profile", async () => {
    const original = await drawPng(PATCHES, buildCicpChunk(primaries, transfer));
    const kept = await renderOne(original, { width: CARD_WIDTH, format: "png", profile: "keep" });
    expect(compareColors(await readPatches(kept.bytes), PATCHES).most).toBeLessThanOrEqual(1);
    expect(compareColors(await renderColors(kept.bytes), convertToSrgb(space)).mean).toBeLessThan(0.5);
  });
});

describe("A PNG with several statements about its colors", () => {
  const profileChunk = buildPngChunk(
    "iCCP",
    Buffer.concat([Buffer.from("P3\0\0", "latin1"), deflateSync(buildIccProfile(DISPLAY_P3))]),
  );
  const gamma = buildGammaChunk(1);
  const damageChunk = (chunk: Buffer) => {
    const copy = Buffer.from(chunk);
    copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 1, copy.length - 1);
    return copy;
  };
  const linear = createGammaSpace(1);

  it.each([
    ["cICP before iCCP", [buildCicpChunk(1, 8), profileChunk], linear],
    ["cICP of sRGB before iCCP", [buildCicpChunk(1, 13), profileChunk], SRGB],
    ["cICP before sRGB and gAMA", [SRGB_CHUNK, gamma, buildCicpChunk(12, 13)], DISPLAY_P3],
    ["iCCP before sRGB and gAMA", [SRGB_CHUNK, gamma, profileChunk], DISPLAY_P3],
    ["sRGB before gAMA", [gamma, SRGB_CHUNK], SRGB],
    ["gAMA with cHRM", [gamma, buildPrimariesChunk(...P3_PRIMARIES)], createGammaSpace(1, DISPLAY_P3)],
    ["the first of two", [gamma, buildGammaChunk(1 / 2.8)], linear],
    ["another one in place of a damaged one", [damageChunk(buildCicpChunk(12, 13)), gamma], linear],
    [
      "another one in place of what is no profile",
      [buildPngChunk("iCCP", Buffer.from("p\0\0junk")), gamma],
      linear,
    ],
    ["another one in place of what is no intent", [buildPngChunk("sRGB", Buffer.from([9])), gamma], linear],
    ["another one in place of unknown code points", [buildCicpChunk(12, 3), gamma], linear],
    ["another one in place of a matrix", [buildCicpChunk(12, 13, 1), gamma], linear],
    ["another one in place of a narrow range", [buildCicpChunk(12, 13, 0, 0), gamma], linear],
    ["none if the gamma is zero", [buildGammaChunk(0)], SRGB],
    ["none if primaries stand alone", [buildPrimariesChunk(...P3_PRIMARIES)], SRGB],
    ["none of a gamma that only notes sRGB", [buildGammaChunk(0.45455)], SRGB],
    ["none of a gamma that is close to it", [buildGammaChunk(0.44)], SRGB],
    ["a gamma that is not", [buildGammaChunk(0.5)], createGammaSpace(2)],
    [
      "a gamma of 1/2.2 beside primaries",
      [buildGammaChunk(0.45455), buildPrimariesChunk(...SRGB_PRIMARIES)],
      createGammaSpace(2.2),
    ],
    [
      "no primaries without an area",
      [gamma, buildPrimariesChunk(0.3127, 0.329, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3)],
      SRGB,
    ],
    [
      "no primaries beyond all colors",
      [gamma, buildPrimariesChunk(9e-5, 1e-5, 9_999, 1, 0, 9_999, 7_777, 9_999)],
      SRGB,
    ],
  ])("uses the statement of highest rank: %s", async (_, chunks, space) => {
    const { mean, most } = compareColors(
      await renderColors(await drawPng(PATCHES, ...chunks)),
      convertToSrgb(space),
    );
    expect(mean).toBeLessThan(0.5);
    expect(most).toBeLessThanOrEqual(4);
  });

  it("ignores statements behind its pixels", async () => {
    const png = await drawPng(PATCHES);
    const end = png.length - 12;
    const late = Buffer.concat([png.subarray(0, end), buildCicpChunk(1, 8), gamma, png.subarray(end)]);
    expect(compareColors(await renderColors(late), PATCHES).most).toBeLessThanOrEqual(1);
  });
});

describe("A profile of an AVIF's own", () => {
  it("takes precedence over its code points", async () => {
    const png = insertProfile(await paint(convertPatches(ADOBE_RGB)).png().toBuffer(), ADOBE_RGB);
    const avif = await sharp(png)
      .keepIccProfile()
      .avif({ quality: 100, chromaSubsampling: "4:4:4" })
      .toBuffer();
    const found = await renderColors(addProperties(avif, buildNclxBox(1, 8, 6)));
    expect(compareColors(found, PATCHES).mean).toBeLessThan(2);
  });
});
