import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { averageBlocks } from "../../../src/adapters/sharp/decode/average-blocks.js";
import type { RawPicture } from "../../../src/adapters/sharp/decode/raw-picture.js";

const pictures = fc
  .record({
    width: fc.oneof(fc.integer({ min: 8, max: 30 }), fc.constantFrom(8, 12, 16, 20)),
    height: fc.integer({ min: 8, max: 30 }),
    // Words in memory begin at multiples of four.
    offset: fc.constantFrom(0, 0, 1, 2, 4),
  })
  .chain(({ width, height, offset }) => {
    const length = offset + width * height * 3;
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((data): RawPicture => ({ data: data.subarray(offset), width, height, channels: 3 }));
  });

describe("The means of blocks", () => {
  it("are the rounded averages of whole blocks, and ignore partial blocks at the edges", () => {
    fc.assert(
      fc.property(pictures, fc.constantFrom(2, 4), (picture, side) => {
        const size = { width: Math.floor(picture.width / side), height: Math.floor(picture.height / side) };
        const means = averageBlocks(picture, side, size);
        expect({ width: means.width, height: means.height }).toEqual(size);
        const readLevel = (x: number, y: number, band: number) =>
          picture.data[(y * picture.width + x) * 3 + band] as number;
        for (let y = 0; y < size.height; y++)
          for (let x = 0; x < size.width; x++)
            for (let band = 0; band < 3; band++) {
              let sum = 0;
              for (let i = 0; i < side * side; i++)
                sum += readLevel(x * side + (i % side), y * side + Math.floor(i / side), band);
              expect(means.data[(y * size.width + x) * 3 + band]).toBe(Math.round(sum / side ** 2));
            }
      }),
    );
  });
});
