import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { createTiffHead, type PixelForm } from "../../../src/adapters/sharp/heic/tiff-head.js";
import { buildIccProfile, DISPLAY_P3 } from "../../support/color-spaces.js";

const PLAIN = { profile: undefined, xmp: undefined, isPremultiplied: false };

const FORMS: readonly PixelForm[] = [
  { width: 70, height: 501, channels: 3, sampleBytes: 1 },
  { width: 70, height: 501, channels: 4, sampleBytes: 1 },
  { width: 70, height: 501, channels: 3, sampleBytes: 2 },
  { width: 70, height: 501, channels: 4, sampleBytes: 2 },
  { width: 1, height: 1, channels: 3, sampleBytes: 1 },
  { width: 40_000, height: 3, channels: 3, sampleBytes: 1 },
];

const fill = ({ width, height, channels, sampleBytes }: PixelForm) => {
  const pixels = Buffer.alloc(width * height * channels * sampleBytes);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (at * 7) & 0xff;
  return pixels;
};

describe("the head of a TIFF", () => {
  it.each(FORMS)("makes pixels a picture that a strict decoder reads back: %j", async (form) => {
    const pixels = fill(form);
    const head = createTiffHead(form, PLAIN);
    const [space, depth] =
      form.sampleBytes === 2 ? (["rgb16", "ushort"] as const) : (["srgb", "uchar"] as const);
    const tiff = sharp(Buffer.concat([head, pixels]), { failOn: "warning" });
    expect(await tiff.metadata()).toMatchObject({ space, depth, hasAlpha: form.channels === 4 });
    expect(pixels.equals(await tiff.toColourspace(space).raw({ depth }).toBuffer())).toBe(true);
    // Numbers of two bytes are read and written in place.
    expect(head.length % 16).toBe(0);
  });

  it("carries a profile and XMP, whose lengths may be odd", async () => {
    const [form] = FORMS as [PixelForm];
    const metadata = { ...PLAIN, profile: buildIccProfile(DISPLAY_P3), xmp: Buffer.from("<x:xmpmeta/>!") };
    const head = createTiffHead(form, metadata);
    const { icc, xmp } = await sharp(Buffer.concat([head, fill(form)]), { failOn: "warning" }).metadata();
    expect(icc?.equals(metadata.profile)).toBe(true);
    expect(xmp?.equals(metadata.xmp)).toBe(true);
  });

  it("tells of colors that are multiplied by their alpha, in as many bytes", async () => {
    const form = { width: 2, height: 1, channels: 4, sampleBytes: 1 } as const;
    const head = createTiffHead(form, { ...PLAIN, isPremultiplied: true });
    expect(head).toHaveLength(createTiffHead(form, PLAIN).length);
    const tiff = Buffer.concat([head, Buffer.from([100, 50, 25, 128, 10, 10, 10, 255])]);
    const pixels = await sharp(tiff).raw().toBuffer();
    expect([...pixels]).toEqual([199, 99, 49, 128, 10, 10, 10, 255]);
  });
});
