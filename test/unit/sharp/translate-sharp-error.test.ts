import { describe, expect, it } from "@jest/globals";
import { translateSharpError } from "../../../src/adapters/sharp/translate-sharp-error.js";

describe("an error of sharp", () => {
  it.each([
    ["Input image exceeds pixel limit", "too-large"],
    ["VipsJpeg: premature end of JPEG image", "corrupt-image"],
    ["pngload_buffer: libspng read error", "corrupt-image"],
    ["Warning treated as error due to failOn setting", "corrupt-image"],
    ["source: bad seek to 50000000", "corrupt-image"],
    ["Input image exceeds channel limit", "unsupported-format"],
    ["tiff2vips: tiled separate planes not supported", "unsupported-format"],
    ["tiff2vips: ZSTD compression support is not configured", "unsupported-format"],
    ["Input buffer has corrupt header: image: bad labq format", "unsupported-format"],
    ["VipsJpeg: Unsupported JPEG data precision 12", "unsupported-format"],
    ["heif: Unsupported feature: Unsupported codec (4.3000)", "unsupported-format"],
    ["Input buffer contains unsupported image format", "corrupt-image"],
    ["Rotate is not supported for multi-page images", "internal"],
    ["VipsJpeg: Insufficient memory (case 4)", "decoder-crashed"],
    ["gifload_buffer: Out of memory", "decoder-crashed"],
    ["gifload: bad image dimensions\ngifload_buffer: Out of memory", "corrupt-image"],
    ["tiff2vips: No space for strip buffer", "decoder-crashed"],
    ["heif: Memory allocation error: Unspecified (6.0)", "decoder-crashed"],
    [
      "heif: Memory allocation error: Security limit exceeded: Number of extents in iloc box (179) exceeds security limit (32)",
      "corrupt-image",
    ],
    ["VipsJpeg: out of order\nVipsJpeg: Failed to allocate memory for JPEG tables", "decoder-crashed"],
    ["vips_tracked: out of memory -- size == 500MB", "decoder-crashed"],
    ["Array buffer allocation failed", "decoder-crashed"],
    ["webpsave: picture memory error", "decoder-crashed"],
    // Little CMS about a profile that ends too early.
    ["VipsIcc: Read from memory error\nVipsJpeg: Quantization table 0x00 was not defined", "corrupt-image"],
    ["linear: vector must have 1 or 4 elements", "internal"],
  ])("%j is %s", (message, code) => {
    const cause = new Error(message);
    expect(translateSharpError(cause)).toMatchObject({ code, cause });
  });

  it("is described by its first line, shortened", () => {
    const told = translateSharpError(
      new Error(`VipsJpeg: insufficient memory ${"x".repeat(300)}\nmore`),
    ) as Error;
    expect(told.message).toMatch(/^memory ran out: VipsJpeg: insufficient memory x+\.\.\.$/);
    expect(told.message).toHaveLength("memory ran out: ".length + 160);
  });

  it("is told by the line that says what is wrong", () => {
    const lines = [
      "Warning treated as error due to failOn setting",
      'Bad value 9 for "ResolutionUnit" tag',
      "error in tile 0 x 0",
    ];
    expect(translateSharpError(new Error(lines.join("\n")))).toMatchObject({
      message: expect.stringMatching(/received: Bad value 9 for "ResolutionUnit" tag$/),
    });
  });

  it("is told in our own words where no line says it", () => {
    const original = { bytes: Buffer.from("RIFF\xff\0\0\0WEBP", "latin1"), format: "webp" } as const;
    const error = new Error("Input buffer has corrupt header: webp: unable to parse image");
    expect(translateSharpError(error, original)).toMatchObject({
      message: expect.stringMatching(/received: 12 bytes, while the header says 263$/),
    });
    expect(translateSharpError(new Error("Input buffer has corrupt header:"))).toMatchObject({
      message: expect.stringMatching(/received: a header that the decoder does not understand$/),
    });
  });
});
