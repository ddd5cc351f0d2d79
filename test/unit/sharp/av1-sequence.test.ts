import { describe, expect, it } from "@jest/globals";
import { readAv1Colors } from "../../../src/adapters/sharp/heif/av1-sequence.js";

/** Bits of a syntax structure, each as its value and its length. */
function packBits(fields: readonly (readonly [value: number, bits: number])[]): Uint8Array {
  const bits = fields.map(([value, count]) => value.toString(2).padStart(count, "0")).join("");
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}

const SIZE = [
  [9, 4],
  [9, 4],
  [639, 10],
  [479, 10],
] as const;

const COLORS = [
  [0, 1],
  [0, 1],
  [1, 1],
  [9, 8],
  [16, 8],
  [9, 8],
] as const;

/** A reduced header of a still picture. */
const REDUCED = packBits([[0, 3], [1, 1], [1, 1], [8, 5], ...SIZE, [0, 3], [0, 3], ...COLORS, [0, 8]]);

/** A header with everything that may stand before the colors. */
const FULL = packBits([
  ...([
    [0, 3],
    [0, 1],
    [0, 1],
    [1, 1],
    [1, 32],
    [25, 32],
    [1, 1],
    [1, 1],
    [1, 1],
    [9, 5],
    [1, 32],
    [4, 5],
  ] as const),
  ...([
    [4, 5],
    [1, 1],
    [1, 5],
  ] as const),
  ...([
    [0, 12],
    [9, 5],
    [1, 1],
    [1, 1],
    [5, 10],
    [5, 10],
    [0, 1],
    [1, 1],
    [3, 4],
  ] as const),
  ...([
    [1, 12],
    [5, 5],
    [0, 1],
    [0, 1],
  ] as const),
  ...SIZE,
  ...([
    [1, 1],
    [3, 4],
    [2, 3],
    [0, 3],
  ] as const),
  ...([
    [0, 4],
    [1, 1],
    [0, 2],
    [0, 1],
    [1, 1],
    [0, 1],
    [1, 1],
    [6, 3],
    [0, 3],
  ] as const),
  ...COLORS,
  [0, 8],
]);

const buildUnit = (type: number, body: Uint8Array) => Buffer.from([(type << 3) | 2, body.length, ...body]);

describe("The sequence header of AV1", () => {
  it.each([
    ["reduced", REDUCED],
    ["full", FULL],
  ])("tells the colors, when it is %s", (_, header) => {
    const delimiter = buildUnit(2, new Uint8Array());
    expect(readAv1Colors(Buffer.concat([delimiter, buildUnit(1, header)]))).toEqual([9, 16]);
    const withoutSize = Buffer.concat([Buffer.from([1 << 3]), header]);
    expect(readAv1Colors(withoutSize)).toEqual([9, 16]);
  });

  it("tells none where there is none, or where it breaks off", () => {
    expect(readAv1Colors(buildUnit(6, REDUCED))).toBeUndefined();
    expect(readAv1Colors(new Uint8Array())).toBeUndefined();
    for (let length = 0; length < REDUCED.length - 2; length++)
      expect(readAv1Colors(buildUnit(1, REDUCED.subarray(0, length)))).toBeUndefined();
  });
});
