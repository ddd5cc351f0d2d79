import { describe, expect, it } from "@jest/globals";
import { parseExif } from "../../../src/adapters/sharp/inspect/exif.js";
import { buildTiff, type TiffEntry } from "../../support/tiff-files.js";

describe("The sensitivity", () => {
  it.each<[string, readonly TiffEntry[], number | undefined]>([
    [
      "the plain tag",
      [
        [0x8827, 3, [400]],
        [0x8832, 4, [500]],
      ],
      400,
    ],
    [
      "the recommended index",
      [
        [0x8827, 3, [65_535]],
        [0x8830, 3, [2]],
        [0x8832, 4, [204_800]],
      ],
      204_800,
    ],
    [
      "the index without its type",
      [
        [0x8827, 3, [65_535]],
        [0x8832, 4, [204_800]],
      ],
      204_800,
    ],
    [
      "the output sensitivity",
      [
        [0x8827, 3, [65_535]],
        [0x8830, 3, [1]],
        [0x8831, 4, [102_400]],
        [0x8832, 4, [9]],
      ],
      102_400,
    ],
    [
      "the ISO speed",
      [
        [0x8827, 3, [65_535]],
        [0x8830, 3, [3]],
        [0x8833, 4, [409_600]],
        [0x8832, 4, [9]],
      ],
      409_600,
    ],
    [
      "what is there of two",
      [
        [0x8827, 3, [65_535]],
        [0x8830, 3, [4]],
        [0x8831, 4, [102_400]],
      ],
      102_400,
    ],
    [
      "the index alone",
      [
        [0x8830, 3, [2]],
        [0x8832, 4, [800]],
      ],
      800,
    ],
    ["the largest number where nothing else is known", [[0x8827, 3, [65_535]]], 65_535],
    ["nothing", [[0x8827, 3, [0, 0]]], undefined],
  ])("is that of %s", (_, directory, iso) => {
    expect(parseExif(buildTiff([[0x8769, 4, { directory }]]))?.iso).toBe(iso);
  });
});
