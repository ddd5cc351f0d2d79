import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { averageBlocks } from "../../../src/adapters/sharp/decode/average-blocks.js";
import { toRawPicture } from "../../../src/adapters/sharp/decode/raw-picture.js";
import { shrinkJpegOnLoad } from "../../../src/adapters/sharp/decode/shrink-jpeg-on-load.js";
import { prepareLibvips } from "../../../src/adapters/sharp/loaders.js";
import { drawTestImage } from "../../support/images.js";

const shrinkJpeg = (bytes: Uint8Array, shrink: 2 | 4 | 8) =>
  shrinkJpegOnLoad(bytes, shrink, (file) => toRawPicture(sharp(file)));

prepareLibvips();

// Elsewhere a file without a name cannot be opened, and originals are decoded the usual way.
if (process.platform === "linux")
  describe("A JPEG that is shrunk on load", () => {
    it.each([2, 4, 8] as const)("has sides of 1/%i, rounded down, several at a time", async (shrink) => {
      const sizes = [
        { width: 403, height: 301 },
        { width: 64, height: 800 },
      ];
      const all = await Promise.all(sizes.map(async (size) => shrinkJpeg(await drawTestImage(size), shrink)));
      expect(all.map((picture) => [picture?.width, picture?.height])).toEqual(
        sizes.map(({ width, height }) => [Math.floor(width / shrink), Math.floor(height / shrink)]),
      );
    });

    it("has the means of blocks: those of its halves are its eighths except for rounding", async () => {
      const bytes = await drawTestImage({ width: 640, height: 480 });
      const [half, eighth] = [await shrinkJpeg(bytes, 2), await shrinkJpeg(bytes, 8)];
      if (!half || !eighth) throw new Error("expected two pictures");
      const means = averageBlocks(half, 4, eighth);
      const apart = means.data.map((value, at) => Math.abs(value - (eighth.data[at] as number)));
      expect(apart.reduce((sum, value) => sum + value, 0) / apart.length).toBeLessThan(0.5);
    });

    it("leaves no file with a name, not even while it is at work", async () => {
      const before = readdirSync(tmpdir());
      const during = await shrinkJpegOnLoad(await drawTestImage(), 2, async () => readdirSync(tmpdir()));
      const listOurFiles = (names: readonly string[] = []) =>
        names.filter((name) => /^safelight-[0-9a-f-]{36}$/.test(name) && !before.includes(name));
      expect(listOurFiles(during)).toEqual([]);
      expect(listOurFiles(readdirSync(tmpdir()))).toEqual([]);
    });

    it("reports what is wrong with the bytes, and closes its file", async () => {
      const open = () => readdirSync("/proc/self/fd").length;
      const before = open();
      await expect(shrinkJpeg(new TextEncoder().encode("no picture"), 2)).rejects.toThrow(
        "unsupported image format",
      );
      expect(open()).toBeLessThanOrEqual(before);
    });
  });

describe("Shrinking while loading", () => {
  it("is left to others if no file can be written", async () => {
    const asked = shrinkJpegOnLoad(await drawTestImage(), 2, async () => "done", "/nowhere/to/be/found");
    expect(await asked).toBeUndefined();
  });
});
