import { describe, expect, it } from "@jest/globals";
import { translateSharpError } from "../../../src/adapters/sharp/translate-sharp-error.js";

describe("an error of sharp", () => {
  it.each([
    ["Input image exceeds pixel limit", "too-large"],
    ["VipsJpeg: premature end of JPEG image", "corrupt-image"],
    ["pngload_buffer: libspng read error", "corrupt-image"],
    ["Warning treated as error due to failOn setting", "corrupt-image"],
    ["VipsJpeg: Insufficient memory (case 4)", "decoder-crashed"],
    ["gifload_buffer: Out of memory", "decoder-crashed"],
    ["tiff2vips: No space for strip buffer", "decoder-crashed"],
    ["heif: Memory allocation error: Unspecified (6.0)", "decoder-crashed"],
    ["VipsJpeg: out of order\nVipsJpeg: Failed to allocate memory for JPEG tables", "decoder-crashed"],
    ["vips_tracked: out of memory -- size == 500MB", "decoder-crashed"],
    ["Array buffer allocation failed", "decoder-crashed"],
    ["webpsave: picture memory error", "decoder-crashed"],
    ["linear: vector must have 1 or 4 elements", "internal"],
  ])("%j is %s", (message, code) => {
    const cause = new Error(message);
    expect(translateSharpError(cause)).toMatchObject({ code, cause });
  });

  it("is told by its first line, shortened", () => {
    const told = translateSharpError(
      new Error(`VipsJpeg: insufficient memory ${"x".repeat(300)}\nmore`),
    ) as Error;
    expect(told.message).toMatch(/^memory ran out: VipsJpeg: insufficient memory x+\.\.\.$/);
    expect(told.message).toHaveLength("memory ran out: ".length + 160);
  });
});
