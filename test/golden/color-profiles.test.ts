import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import {
  CARD_WIDTH,
  convertPatches,
  drawColorCard,
  insertProfile,
  PATCHES,
  paint,
  readPatches,
} from "../support/color-cards.js";
import {
  ADOBE_RGB,
  buildIccProfile,
  computeDeltaE,
  convertColor,
  DISPLAY_P3,
  SRGB,
} from "../support/color-spaces.js";
import { inspect, renderOne } from "../support/engine.js";

const findLargest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);

/** The largest difference of any number in two lists of colors. */
function computeDistance(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  expect(a).toHaveLength(b.length);
  return findLargest(
    a.flatMap((color, index) =>
      color.map((value, band) => Math.abs(value - (b[index]?.[band] ?? Number.NaN))),
    ),
  );
}

describe.each([DISPLAY_P3, ADOBE_RGB])("A card in $name", (space) => {
  it("means other colors than its numbers, so that ignoring the profile would be seen", () => {
    expect(
      findLargest(
        convertPatches(space).map((patch, index) => computeDeltaE(patch, PATCHES[index] ?? [], SRGB)),
      ),
    ).toBeGreaterThan(8);
  });

  it.each(["png", "jpeg"] as const)(
    "as %s is converted to sRGB by its profile, without a profile",
    async (format) => {
      const output = await renderOne(await drawColorCard(space, format), {
        width: CARD_WIDTH,
        format: "png",
      });
      const expected = convertPatches(space).map((patch) => convertColor(patch, space, SRGB));
      const found = await readPatches(output.bytes);
      expect(found).toHaveLength(PATCHES.length);
      const worst = findLargest(
        found.map((color, index) => computeDeltaE(color, expected[index] ?? [], SRGB)),
      );
      expect(worst).toBeLessThan(2);
      expect((await sharp(output.bytes).metadata()).icc).toBeUndefined();
    },
  );

  it.each(["png", "jpeg", "webp", "avif"] as const)(
    "keeps its numbers and its profile in a %s if configured",
    async (format) => {
      const wish = { width: CARD_WIDTH, format, profile: "keep", quality: 100 } as const;
      const output = await renderOne(await drawColorCard(space, "png"), wish);
      expect((await sharp(output.bytes).metadata()).icc?.equals(buildIccProfile(space))).toBe(true);
      // Subsampled color at the edges of patches does not reach their middle.
      expect(computeDistance(await readPatches(output.bytes), convertPatches(space))).toBeLessThanOrEqual(
        format === "png" ? 1 : 12,
      );
    },
  );

  it("is converted to sRGB as GIF all the same, which cannot hold a profile", async () => {
    const wish = { width: CARD_WIDTH, format: "gif", profile: "keep" } as const;
    const output = await renderOne(await drawColorCard(space, "png"), wish);
    const found = await readPatches(await sharp(output.bytes).png().toBuffer());
    const expected = convertPatches(space).map((patch) => convertColor(patch, space, SRGB));
    expect(
      findLargest(found.map((color, index) => computeDeltaE(color, expected[index] ?? [], SRGB))),
    ).toBeLessThan(6);
  });

  it("keeps its numbers under keep-all only if configured", async () => {
    const wish = { width: CARD_WIDTH, format: "png", profile: "keep" } as const;
    const output = await renderOne(await drawColorCard(space, "png"), wish, "keep-all");
    expect(computeDistance(await readPatches(output.bytes), convertPatches(space))).toBeLessThanOrEqual(1);
    const srgb = await renderOne(await drawColorCard(space, "png"), { ...wish, profile: "srgb" }, "keep-all");
    expect((await sharp(srgb.bytes).metadata()).icc).toBeUndefined();
    expect(computeDistance(await readPatches(srgb.bytes), PATCHES)).toBeLessThanOrEqual(3);
  });
});

describe("A card of 16 bits in Display P3", () => {
  it("keeps its numbers and its profile if configured", async () => {
    const card = paint(convertPatches(DISPLAY_P3)).toColourspace("rgb16");
    const original = insertProfile(await card.png().toBuffer(), DISPLAY_P3);
    expect((await inspect(original)).colorSpace).toBe("rgb16");
    const output = await renderOne(original, { width: CARD_WIDTH, format: "png", profile: "keep" });
    expect((await sharp(output.bytes).metadata()).icc?.equals(buildIccProfile(DISPLAY_P3))).toBe(true);
    expect(computeDistance(await readPatches(output.bytes), convertPatches(DISPLAY_P3))).toBeLessThanOrEqual(
      1,
    );
  });

  it("is converted to sRGB otherwise", async () => {
    const card = paint(convertPatches(DISPLAY_P3)).toColourspace("rgb16");
    const original = insertProfile(await card.png().toBuffer(), DISPLAY_P3);
    const output = await renderOne(original, { width: CARD_WIDTH, format: "png" });
    const expected = convertPatches(DISPLAY_P3).map((patch) => convertColor(patch, DISPLAY_P3, SRGB));
    const found = await readPatches(output.bytes);
    expect(
      findLargest(found.map((color, index) => computeDeltaE(color, expected[index] ?? [], SRGB))),
    ).toBeLessThan(2);
  });
});

describe("CMYK", () => {
  /** Muted enough for ink. */
  const PRINTABLE = [
    [255, 255, 255],
    [200, 190, 180],
    [150, 120, 100],
    [110, 140, 120],
    [100, 110, 140],
    [90, 60, 60],
  ];

  it.each([true, false])(
    "is converted to the colors that it was made from, with a profile: %s",
    async (profile) => {
      const picture = paint(PRINTABLE).toColourspace("cmyk").withIccProfile("cmyk", { attach: profile });
      const original = await picture.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
      const { space, hasProfile } = await sharp(original).metadata();
      expect([space, hasProfile]).toEqual(["cmyk", profile]);
      for (const keep of ["srgb", "keep"] as const) {
        const output = await renderOne(original, { width: 96, format: "png", profile: keep });
        const found = await readPatches(output.bytes);
        // Ink on paper has less contrast; CMYK that is taken for something else is off by 30 and more.
        expect(
          findLargest(found.map((color, index) => computeDeltaE(color, PRINTABLE[index] ?? [], SRGB))),
        ).toBeLessThan(10);
        expect((await sharp(output.bytes).metadata()).icc).toBeUndefined();
      }
    },
  );
});

describe("Pixels", () => {
  const SIZE = 64;
  /** Slopes in every band, those of 16 bits between the steps of 8. */
  const drawSlopes = (channels: 3 | 4) =>
    Uint16Array.from({ length: SIZE * SIZE * channels }, (_, index) => {
      const [band, pixel] = [index % channels, Math.floor(index / channels)];
      const [x, y] = [pixel % SIZE, Math.floor(pixel / SIZE)];
      const share = [x, y, SIZE - 1 - x, Math.max(SIZE / 4, y)][band] ?? 0;
      return Math.round((share / (SIZE - 1)) * 65_535);
    });

  it.each([3, 4] as const)(
    "of 16 bits in %i bands are within 2 of 255 in the output, opacity too",
    async (channels) => {
      const wide = drawSlopes(channels);
      const original = await sharp(wide, { raw: { width: SIZE, height: SIZE, channels } })
        .toColourspace("rgb16")
        .png()
        .toBuffer();
      expect((await sharp(original).metadata()).depth).toBe("ushort");
      const output = await renderOne(original, { width: SIZE, format: "png" });
      const { data, info } = await sharp(output.bytes).raw().toBuffer({ resolveWithObject: true });
      expect([info.channels, data.length]).toEqual([channels, wide.length]);
      expect(
        findLargest([...data].map((value, index) => Math.abs(value - (wide[index] ?? 0) / 257))),
      ).toBeLessThanOrEqual(2);
    },
  );

  it.each(["png", "webp"] as const)(
    "of 8 bits with opacity are within 2 of 255 in a lossless %s",
    async (format) => {
      const narrow = Buffer.from(Array.from(drawSlopes(4), (value) => Math.round(value / 257)));
      const original = await sharp(narrow, { raw: { width: SIZE, height: SIZE, channels: 4 } })
        .toFormat(format, { lossless: true })
        .toBuffer();
      const output = await renderOne(original, { width: SIZE, format: "png" });
      const data = await sharp(output.bytes).raw().toBuffer();
      expect(data.length).toBe(narrow.length);
      expect(
        findLargest([...data].map((value, index) => Math.abs(value - (narrow[index] ?? 0)))),
      ).toBeLessThanOrEqual(2);
    },
  );

  it("of a palette and of grays stay as they were", async () => {
    const palette = await paint(PATCHES.slice(0, 12)).png({ palette: true, dither: 0 }).toBuffer();
    expect((await sharp(palette).metadata()).isPalette).toBe(true);
    const first = await renderOne(palette, { width: 16 * 12, format: "png" });
    expect(computeDistance(await readPatches(first.bytes), PATCHES.slice(0, 12))).toBeLessThanOrEqual(2);
    const gray = await paint(PATCHES.slice(0, 6)).toColourspace("b-w").png().toBuffer();
    expect((await inspect(gray)).colorSpace).toBe("b-w");
    const second = await renderOne(gray, { width: 16 * 6, format: "png" });
    const found = await readPatches(await sharp(second.bytes).toColourspace("srgb").png().toBuffer());
    expect(computeDistance(found, PATCHES.slice(0, 6))).toBeLessThanOrEqual(2);
  });
});
