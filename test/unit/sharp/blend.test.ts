import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import sharp from "sharp";
import { blend } from "../../../src/adapters/sharp/watermarks/blend.js";

const SIDE = 8;
const drawBytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** Lays the watermark over the pixels as libvips does. */
async function compositeBySharp(data: Buffer, channels: 3 | 4, watermark: Buffer): Promise<Buffer> {
  const overlay = { input: watermark, raw: { width: 4, height: 4, channels: 4 as const }, left: 2, top: 3 };
  const picture = sharp(data, { raw: { width: SIDE, height: SIDE, channels } }).composite([overlay]);
  return (channels === 4 ? picture : picture.removeAlpha()).raw().toBuffer();
}

describe("Blending a watermark into pixels", () => {
  it.each([3, 4] as const)("differs from libvips by at most 1 of 255, on %d channels", async (channels) => {
    await fc.assert(
      fc.asyncProperty(drawBytes(SIDE * SIDE * channels), drawBytes(4 * 4 * 4), async (below, above) => {
        const data = Buffer.from(below);
        const expected = await compositeBySharp(Buffer.from(below), channels, Buffer.from(above));
        blend(
          { data, width: SIDE, height: SIDE, channels },
          { width: 4, height: 4, channels: 4, data: above },
          RECTANGLE,
        );
        let farthest = 0;
        for (let at = 0; at < data.length; at += channels) {
          // A pixel that cannot be seen has no color.
          if (channels === 4 && (expected[at + 3] ?? 0) === 0 && (data[at + 3] ?? 0) === 0) continue;
          const opacity = channels === 4 ? (data[at + 3] ?? 0) / 255 : 1;
          for (let band = 0; band < channels; band++) {
            const apart = Math.abs((data[at + band] ?? 0) - (expected[at + band] ?? 0));
            // The fainter a pixel is, the less its color says: libvips keeps it in fewer digits.
            farthest = Math.max(farthest, apart * (band === 3 ? 1 : opacity));
          }
        }
        expect(farthest).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  it("changes no pixel that the watermark does not cover", () => {
    const data = Buffer.alloc(SIDE * SIDE * 3, 7);
    const watermark = new Uint8Array(4 * 4 * 4).fill(255);
    blend(
      { data, width: SIDE, height: SIDE, channels: 3 },
      { width: 4, height: 4, channels: 4, data: watermark },
      RECTANGLE,
    );
    const changed = Array.from({ length: SIDE * SIDE }, (_, pixel) => data[pixel * 3] === 255);
    const expected = changed.map((_, pixel) => {
      const [x, y] = [pixel % SIDE, Math.floor(pixel / SIDE)];
      return x >= 2 && x < 6 && y >= 3 && y < 7;
    });
    expect(changed).toEqual(expected);
  });
});

const RECTANGLE = { left: 2, top: 3, width: 4, height: 4 };
