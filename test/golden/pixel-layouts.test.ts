import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { inspect, renderOne } from "../support/engine.js";
import { buildJpegOfComponents } from "../support/handmade-images.js";
import { buildTiffShape, type TiffLayout } from "../support/shapes.js";

const RGB = { samples: 3, bits: 8 } as const;
const GRAY = { samples: 1, bits: 8 } as const;
const FLOAT = 3;
const SIGNED = 2;

/** A TIFF of 16 x 16 pixels. */
const build = (layout: TiffLayout) => buildTiffShape(16, 16, layout);

const UNSUPPORTED: readonly (readonly [name: string, layout: TiffLayout, says: RegExp])[] = [
  ["two extra channels", { ...RGB, samples: 5 }, /3 or 4 channels of srgb .* received 5/],
  ["two extra channels of 16 bits", { samples: 5, bits: 16 }, /3 or 4 channels of rgb16 .* received 5/],
  ["three extra channels", { ...RGB, samples: 6 }, /3 or 4 channels/],
  [
    "gray and two extra channels",
    { samples: 3, bits: 8, photometric: 1 },
    /1 or 2 channels of b-w .* received 3/,
  ],
  ["gray and two extra channels of 16 bits", { samples: 3, bits: 16, photometric: 1 }, /1 or 2 channels/],
  ["CMYK and two extra channels", { samples: 6, bits: 8, photometric: 5 }, /4 or 5 channels of cmyk/],
  ["floating-point grays", { samples: 1, bits: 32, format: FLOAT }, /floating-point/],
  ["floating-point grays of 16 bits", { samples: 1, bits: 16, format: FLOAT }, /floating-point/],
  ["floating-point colors", { samples: 3, bits: 32, format: FLOAT }, /floating-point/],
  ["signed grays", { ...GRAY, format: SIGNED }, /signed/],
  ["signed colors of 16 bits", { samples: 3, bits: 16, format: SIGNED }, /signed/],
  ["signed grays of 32 bits", { samples: 1, bits: 32, format: SIGNED }, /signed/],
  ["grays of 32 bits", { samples: 1, bits: 32 }, /32 bits a sample/],
  [
    "colors of 32 bits in separate planes",
    { samples: 3, bits: 32, separatePlanes: true },
    /32 bits a sample/,
  ],
  ["grays of 12 bits", { samples: 1, bits: 12 }, /12 bits a sample/],
  ["colors of 12 bits", { samples: 3, bits: 12 }, /12 bits a sample/],
  ["colors of 4 bits", { samples: 3, bits: 4 }, /4 bits a sample/],
  ["grays of 64 bits", { samples: 1, bits: 64 }, /64 bits a sample/],
  ["complex numbers", { samples: 1, bits: 64, format: 5 }, /complex/],
  ["tiles in separate planes", { ...RGB, tile: [16, 16], separatePlanes: true }, /separate planes/],
  ["CIE Lab of 8 bits", { ...RGB, photometric: 8 }, /CIE Lab/],
  ["CIE Lab of 16 bits and opacity", { samples: 4, bits: 16, photometric: 8 }, /CIE Lab/],
  ["YCbCr with all colors", { ...RGB, photometric: 6, subsampling: [1, 1] }, /YCbCr/],
  [
    "YCbCr of 16 bits with all colors",
    { samples: 3, bits: 16, photometric: 6, subsampling: [1, 1] },
    /YCbCr/,
  ],
  ["YCbCr in separate planes", { ...RGB, photometric: 6, separatePlanes: true }, /YCbCr/],
  ["ICC Lab", { ...RGB, photometric: 9 }, /colors/],
  ["a sensor's raw values", { ...GRAY, photometric: 32_803 }, /colors/],
  ["old-style JPEG", { ...RGB, compression: 6 }, /old-style JPEG/],
  ["LZMA", { ...RGB, compression: 34_925 }, /LZMA/],
  ["ZSTD", { ...RGB, compression: 50_000 }, /ZSTD/],
  ["LERC", { ...RGB, compression: 34_887 }, /LERC/],
  ["JPEG 2000", { ...RGB, compression: 34_712 }, /JPEG 2000/],
  ["an unknown compression", { ...RGB, compression: 12_345 }, /the method 12345/],
];

describe("A TIFF", () => {
  it.each(UNSUPPORTED)("of %s is refused by name, and not called damaged", async (_, layout, message) => {
    for (const isBig of [false, true])
      await expect(inspect(await build({ ...layout, isBig }))).rejects.toMatchObject({
        code: "unsupported-format",
        message: expect.stringMatching(message),
      });
  });

  it.each([
    ["8 bits", RGB, 3],
    ["16 bits", { samples: 3, bits: 16 }, 3],
    ["8 bits and opacity", { samples: 4, bits: 8 }, 4],
    ["16 bits in separate planes", { samples: 3, bits: 16, separatePlanes: true }, 3],
    ["tiles", { ...RGB, tile: [16, 16] }, 3],
    ["gray", GRAY, 1],
    ["gray and opacity", { samples: 2, bits: 8, photometric: 1 }, 2],
    ["gray of 1 bit", { samples: 1, bits: 1 }, 1],
    ["gray of 4 bits", { samples: 1, bits: 4 }, 1],
    ["CMYK", { samples: 4, bits: 8, photometric: 5 }, 3],
    ["CMYK and opacity", { samples: 5, bits: 8, photometric: 5 }, 4],
  ] as readonly (readonly [string, TiffLayout, number])[])(
    "of %s is rendered",
    async (_, layout, channels) => {
      const { bytes } = await renderOne(await build(layout), { width: 16, format: "png" });
      const metadata = await sharp(bytes).metadata();
      expect(metadata.hasAlpha).toBe(channels === 2 || channels === 4);
    },
  );

  it.each([
    ["colors", { samples: 4, bits: 8 }],
    ["colors of 16 bits", { samples: 4, bits: 16 }],
    ["colors in separate planes", { samples: 4, bits: 8, separatePlanes: true }],
    ["gray", { samples: 2, bits: 8, photometric: 1 }],
    ["CMYK", { samples: 5, bits: 8, photometric: 5 }],
  ] as readonly (readonly [string, TiffLayout])[])(
    "of %s whose opacity no tag tells of is rendered as with the tag, with a warning",
    async (_, layout) => {
      for (const isBig of [false, true]) {
        const [odd, whole] = await Promise.all(
          [true, false].map((isExtraMissing) => build({ ...layout, isBig, isExtraMissing })),
        );
        const [missing, told] = [odd ?? Buffer.alloc(0), whole ?? Buffer.alloc(0)];
        expect((await inspect(missing)).warnings).toEqual(["ExtraSamples (tag 338) is missing"]);
        const [a, b] = await Promise.all(
          [missing, told].map((each) => renderOne(each, { width: 16, format: "png" })),
        );
        expect(a?.bytes).toEqual(b?.bytes);
      }
    },
  );

  it("of CIE Lab in 16 bits has the right colors", async () => {
    // L 60, a 40, b -30, in the numbers of TIFF's CIELab: L of 65,535, a and b of 256 a unit.
    const pixel = Buffer.alloc(6);
    for (const [index, value] of [Math.round((60 / 100) * 65_535), 40 * 256, -30 * 256].entries())
      pixel.writeUInt16LE(value & 0xffff, index * 2);
    const block = Buffer.concat(Array.from({ length: 256 }, () => pixel));
    const original = await build({ samples: 3, bits: 16, photometric: 8, compression: 1, block });
    const { bytes } = await renderOne(original, { width: 16, format: "png" });
    const data = await sharp(bytes).raw().toBuffer();
    // By CIE 15 from Lab under D50 or D65, and IEC 61966-2-1.
    for (const [band, value] of [187, 121, 197].entries())
      expect(Math.abs((data[band] ?? 0) - value)).toBeLessThan(16);
  });
});

describe("A JPEG", () => {
  it.each([2, 5, 6, 10])("of %i components is refused by their number, at once", async (components) => {
    const original = await buildJpegOfComponents(components);
    expect(original.length).toBeLessThan(2_000);
    await expect(inspect(original)).rejects.toMatchObject({
      code: "unsupported-format",
      message: expect.stringMatching(new RegExp(`received ${components}$`)),
    });
  });

  it.each([1, 3, 4])("of %i components is rendered", async (components) => {
    const original = await buildJpegOfComponents(components);
    await expect(renderOne(original, { width: 16, format: "png" })).resolves.toMatchObject({ width: 16 });
  });

  it("of a process that no decoder has is unsupported, and not damaged", async () => {
    const original = await buildJpegOfComponents(3);
    const frame = original.indexOf(Buffer.from([0xff, 0xc0]));
    const hierarchical = Buffer.from(original);
    hierarchical.writeUInt8(0xc5, frame + 1);
    await expect(inspect(hierarchical)).rejects.toMatchObject({ code: "unsupported-format" });
    const deep = Buffer.from(original);
    deep.writeUInt8(0xc1, frame + 1);
    deep.writeUInt8(12, frame + 4);
    await expect(renderOne(deep, { width: 16 })).rejects.toMatchObject({ code: "unsupported-format" });
  });
});

describe("An AVIF", () => {
  it("of colors that are multiplied by their opacity is refused by name, and not shown too dark", async () => {
    const avif = await sharp({ create: { width: 16, height: 16, channels: 4, background: "#ff800080" } })
      .avif({ effort: 0 })
      .toBuffer();
    await expect(inspect(avif)).resolves.toMatchObject({ hasAlpha: true });
    // The reference from one picture to the other is of another kind.
    avif.write("prem", avif.indexOf("auxl"), "latin1");
    await expect(inspect(avif)).rejects.toMatchObject({
      code: "unsupported-format",
      message: expect.stringMatching(/premultiplied/),
    });
  });
});
