import { describe, expect, it } from "@jest/globals";
import { parseExif } from "../../../src/adapters/sharp/inspect/exif.js";
import type { ExifFacts } from "../../../src/domain/model/image-metadata.js";
import { buildTiff, type TiffEntry } from "../../support/tiff-files.js";

/** Degrees, minutes and seconds as rationals. */
const NORTH: readonly TiffEntry[] = [
  [1, 2, "N\0"],
  [2, 5, [48, 1, 30, 1, 0, 1]],
];
const EAST: readonly TiffEntry[] = [
  [3, 2, "E\0"],
  [4, 5, [2, 1, 15, 1, 0, 1]],
];

function readPosition(...entries: readonly TiffEntry[]): ExifFacts["position"] {
  return parseExif(buildTiff([[0x8825, 4, { directory: entries }]]))?.position;
}

describe("The position", () => {
  it.each<[string, readonly TiffEntry[]]>([
    ["three parts", NORTH],
    ["two parts", [NORTH[0] as TiffEntry, [2, 5, [48, 1, 30, 1]]]],
    ["one part", [NORTH[0] as TiffEntry, [2, 5, [485, 10]]]],
    ["an unknown part", [NORTH[0] as TiffEntry, [2, 5, [48, 1, 30, 1, 0, 0]]]],
    ["two unknown parts", [NORTH[0] as TiffEntry, [2, 5, [485, 10, 0, 0, 0, 0]]]],
    ["floating-point numbers", [NORTH[0] as TiffEntry, [2, 12, [48.5]]]],
    ["a hemisphere in lower case", [[1, 2, "n\0"], NORTH[1] as TiffEntry]],
    ["a hemisphere in a word", [[1, 2, "North\0"], NORTH[1] as TiffEntry]],
  ])("is read from coordinates of %s", (_, latitude) => {
    expect(readPosition(...latitude, ...EAST)).toEqual({ latitude: 48.5, longitude: 2.25 });
  });

  it("is negative in the south and in the west, written large or small", () => {
    const [, north] = NORTH as [TiffEntry, TiffEntry];
    const [, east] = EAST as [TiffEntry, TiffEntry];
    for (const [south, west] of ["SW", "sw"])
      expect(readPosition([1, 2, `${south}\0`], north, [3, 2, `${west}\0`], east)).toEqual({
        latitude: -48.5,
        longitude: -2.25,
      });
  });

  it("is absent if the receiver says that it is void", () => {
    expect(readPosition(...NORTH, ...EAST, [9, 2, "V\0"])).toBeUndefined();
    expect(readPosition(...NORTH, ...EAST, [9, 2, "v\0"])).toBeUndefined();
    expect(readPosition(...NORTH, ...EAST, [9, 2, "A\0"])).toBeDefined();
  });

  it("is absent at 0, 0, but may be on the equator or on the prime meridian", () => {
    const equator: readonly TiffEntry[] = [
      [1, 2, "S\0"],
      [2, 5, [0, 1, 0, 1, 0, 1]],
    ];
    const meridian: readonly TiffEntry[] = [
      [3, 2, "W\0"],
      [4, 5, [0, 1, 0, 1, 0, 1]],
    ];
    expect(readPosition(...equator, ...meridian)).toBeUndefined();
    expect(readPosition(...equator, ...EAST)).toEqual({ latitude: 0, longitude: 2.25 });
    expect(readPosition(...NORTH, ...meridian)).toEqual({ latitude: 48.5, longitude: 0 });
  });

  it("is absent without both hemispheres, and beyond the poles", () => {
    expect(readPosition(NORTH[1] as TiffEntry, ...EAST)).toBeUndefined();
    expect(readPosition(...NORTH, EAST[1] as TiffEntry)).toBeUndefined();
    expect(readPosition([1, 2, "N\0"], [2, 5, [91, 1, 0, 1, 0, 1]], ...EAST)).toBeUndefined();
    expect(readPosition([1, 2, "N\0"], [2, 5, [0, 0, 30, 1, 0, 1]], ...EAST)).toBeUndefined();
  });

  it.each([
    [0, 430],
    [1, -430],
    [2, 430],
    [3, -430],
  ])("has a height by the reference %i", (reference, altitude) => {
    const height: readonly TiffEntry[] = [
      [5, 1, [reference]],
      [6, 5, [430, 1]],
    ];
    expect(readPosition(...NORTH, ...EAST, ...height)?.altitude).toBe(altitude);
  });
});
