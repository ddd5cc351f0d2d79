import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { OUTPUT_FORMATS } from "../../src/domain/model/image-format.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { inspect, renderAll, renderOne } from "../support/engine.js";
import {
  CORNERS,
  computeColorDistance,
  drawTestImage,
  MARKERS,
  readColor,
  type TestFormat,
} from "../support/images.js";

function findPlanted(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString("latin1");
  return Object.values(MARKERS).filter((marker) => text.includes(marker));
}

describe("Private metadata", () => {
  it("is planted in the test picture, so that its absence says something", async () => {
    expect(findPlanted(await drawTestImage({ privateMetadata: true }))).toHaveLength(4);
  });

  it.each<TestFormat>(["jpeg", "png", "webp", "avif", "tiff"])(
    "of a %s never reaches a rendition",
    async (format) => {
      const original = await drawTestImage({ format, privateMetadata: true, orientation: 6 });
      const thumbnails = Object.fromEntries(
        OUTPUT_FORMATS.map((output) => [output, thumbnailSpec({ width: 32, format: output })]),
      );
      const { outputs } = await renderAll(original, thumbnails);
      expect(outputs).toHaveLength(OUTPUT_FORMATS.length);
      for (const { bytes } of outputs) {
        expect(findPlanted(bytes)).toEqual([]);
        const { exif, xmp, iptc, icc } = await sharp(bytes).metadata();
        expect([exif, xmp, iptc, icc]).toEqual([undefined, undefined, undefined, undefined]);
      }
    },
  );

  it("stays in a copy, which is the original's bytes", async () => {
    const original = await drawTestImage({ privateMetadata: true });
    const { outputs } = await renderAll(original, { master: { copy: true } });
    expect(outputs.map(({ name, bytes }) => [name, Buffer.compare(bytes, original)])).toEqual([
      ["master", 0],
    ]);
  });
});

describe("Transparency", () => {
  it.each(["png", "webp", "avif"] as const)("survives in %s", async (format) => {
    const original = await drawTestImage({ format: "png", alpha: true, width: 80, height: 80 });
    const { bytes } = await renderOne(original, { width: 40, format });
    const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const readAlpha = (x: number, y: number) => data[(y * info.width + x) * 4 + 3] ?? -1;
    expect(readAlpha(5, 35)).toBeGreaterThan(250);
    expect(readAlpha(35, 38)).toBeLessThan(30);
    expect(Math.abs(readAlpha(35, 20) - 128)).toBeLessThan(20);
  });

  it("is flattened on the spec's background for JPEG", async () => {
    const original = await drawTestImage({ format: "png", alpha: true, width: 80, height: 80 });
    const { bytes } = await renderOne(original, { width: 80, format: "jpeg", background: "#ff8000" });
    expect(computeColorDistance(await readColor(bytes, 0.9, 0.98), [255, 128, 0])).toBeLessThan(25);
  });

  it("of a gray picture is flattened on a colored background all the same", async () => {
    const pixels = Buffer.from(Array.from({ length: 64 * 64 * 2 }, (_, at) => (at % 2 ? 0 : 90)));
    const gray = await sharp(pixels, { raw: { width: 64, height: 64, channels: 2 } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    const { bytes } = await renderOne(gray, { width: 32, format: "jpeg", background: "#ff0000" });
    expect(computeColorDistance(await readColor(bytes, 0.5, 0.5), [255, 0, 0])).toBeLessThan(12);
  });
});

describe("Colors", () => {
  it.each(["srgb", "p3"])(
    "of a 16-bit picture with the profile %s are those that a viewer shows",
    async (profile) => {
      const original = await sharp({ create: { width: 40, height: 40, channels: 3, background: "#ff0000" } })
        .withIccProfile(profile)
        .toColourspace("rgb16")
        .png()
        .toBuffer();
      expect((await inspect(original)).colorSpace).toBe("rgb16");
      const { bytes } = await renderOne(original, { width: 20, format: "png" });
      expect(computeColorDistance(await readColor(bytes, 0.5, 0.5), [255, 0, 0])).toBeLessThan(6);
    },
  );

  it("of a 16-bit picture without a profile are taken as sRGB", async () => {
    const original = await sharp({ create: { width: 40, height: 40, channels: 3, background: "#40c080" } })
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    const { bytes } = await renderOne(original, { width: 20, format: "png" });
    expect(computeColorDistance(await readColor(bytes, 0.5, 0.5), [0x40, 0xc0, 0x80])).toBeLessThan(6);
  });
});

describe("An animation", () => {
  const delay = [100, 200, 300, 400, 500];

  it.each(["gif", "webp"] as const)("keeps its frames and their times as %s", async (format) => {
    const original = await drawTestImage({ format: "gif", width: 60, height: 40, frames: 5, delay });
    const output = await renderOne(original, { width: 20, height: 20, format });
    expect([output.width, output.height, output.frames]).toEqual([20, 20, 5]);
    const { pages, delay: times } = await sharp(output.bytes).metadata();
    expect([pages, times]).toEqual([5, delay]);
  });

  it("crops all frames alike under a smart crop", async () => {
    const original = await drawTestImage({ format: "gif", width: 60, height: 40, frames: 3 });
    const output = await renderOne(original, {
      width: 20,
      height: 30,
      format: "webp",
      position: "attention",
    });
    expect([output.width, output.height, output.frames]).toEqual([20, 30, 3]);
  });

  it("pads every frame", async () => {
    const original = await drawTestImage({ format: "gif", width: 60, height: 40, frames: 3 });
    const wish = { width: 60, height: 60, format: "webp", fit: "contain", background: "#000000" } as const;
    const { bytes, height, frames } = await renderOne(original, wish);
    expect([height, frames]).toEqual([60, 3]);
    const last = await sharp(bytes, { page: 2 }).png().toBuffer();
    expect(computeColorDistance(await readColor(last, 0.5, 0.04), [0, 0, 0])).toBeLessThan(12);
    expect(computeColorDistance(await readColor(last, 0.2, 0.3), CORNERS.topLeft)).toBeLessThan(50);
  });

  it("shows its first frame if the format or the spec is still", async () => {
    const original = await drawTestImage({ format: "gif", width: 60, height: 40, frames: 5, delay });
    expect((await renderOne(original, { width: 30, format: "jpeg" })).frames).toBe(1);
    expect((await renderOne(original, { width: 30, format: "webp", animated: false })).frames).toBe(1);
  });
});

describe("The placeholder", () => {
  it("has the dominant color, and is the same each time", async () => {
    const green = { create: { width: 300, height: 200, channels: 3, background: "#208040" } } as const;
    const corner = await sharp({ create: { width: 90, height: 90, channels: 3, background: "#ff0000" } })
      .png()
      .toBuffer();
    const original = await sharp(green)
      .composite([{ input: corner, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const first = await renderAll(original, { copy: { copy: true } });
    const second = await renderAll(original, { copy: { copy: true } });
    expect(first.placeholder).toEqual(second.placeholder);
    expect(first.placeholder?.dominantColor).toBe("#208040");
    expect(Buffer.from(first.placeholder?.thumbhash ?? "", "base64").length).toBeGreaterThan(10);
  });
});

describe("A smart crop", () => {
  const wishes = [
    ["reduced", { width: 40, height: 40 }],
    ["of its size", { width: 100, height: 100 }],
    ["enlarged", { width: 300, height: 300, upscale: true }],
  ] as const;

  it.each(wishes)("keeps the bright spot in view when %s", async (_how, size) => {
    const wall = { create: { width: 400, height: 100, channels: 3, background: "#707478" } } as const;
    const spot = await sharp({ create: { width: 60, height: 60, channels: 3, background: "#ff2010" } })
      .png()
      .toBuffer();
    for (const left of [20, 300]) {
      const original = await sharp(wall)
        .composite([{ input: spot, left, top: 20 }])
        .png()
        .toBuffer();
      for (const format of ["png", "webp"] as const) {
        const { bytes } = await renderOne(original, { ...size, position: "attention", format });
        expect(computeColorDistance(await readColor(bytes, 0.5, 0.5), [255, 32, 16])).toBeLessThan(60);
      }
    }
  });
});

describe("A sliver", () => {
  it.each(["center", "attention", "entropy"] as const)(
    "is enlarged to cover a square by %s",
    async (position) => {
      const sliver = await sharp({ create: { width: 16_000, height: 1, channels: 3, background: "#123456" } })
        .png()
        .toBuffer();
      const output = await renderOne(sliver, {
        width: 100,
        height: 100,
        upscale: true,
        position,
        format: "jpeg",
      });
      expect([output.width, output.height]).toEqual([100, 100]);
    },
  );
});
