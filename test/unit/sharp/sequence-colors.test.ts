import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readHevcColors } from "../../../src/adapters/sharp/heif/hevc-colors.js";
import { readItemProperties } from "../../../src/adapters/sharp/heif/item-properties.js";
import { readSequenceColors } from "../../../src/adapters/sharp/heif/sequence-colors.js";
import { readHeic } from "../../support/heic-files.js";

const readColors = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items = readItemProperties(view);
  return items && readHevcColors(view, items);
};

/** The sequence parameter set of a file. */
function findUnit(heic: Buffer): Buffer {
  const at = heic.indexOf(Buffer.from([0x42, 0x01, 0x01]));
  return heic.subarray(at, at + heic.readUInt16BE(at - 2));
}

describe("the colors that the pixels of a HEIC carry", () => {
  it.each([
    ["hevc-p3", [12, 13]],
    ["plain", [2, 2]],
    ["phone", [2, 2]],
    ["ten-bit", [2, 2]],
    ["gray", undefined],
  ])("are read from the codec's configuration, of tiles as well: %s", (name, colors) => {
    expect(readColors(readHeic(name))).toEqual(colors);
  });

  it("are none of a set that breaks off before them", () => {
    const unit = findUnit(readHeic("hevc-p3"));
    expect(readSequenceColors(unit)).toEqual([12, 13]);
    for (let length = 0; length < unit.length / 2; length++)
      expect(readSequenceColors(unit.subarray(0, length))).toBeUndefined();
  });

  it("are read in a moment whatever the bytes are", () => {
    const unit = findUnit(readHeic("hevc-p3"));
    const damaged = fc
      .array(fc.tuple(fc.nat(unit.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const copy = Buffer.from(unit);
        for (const [at, value] of changes) copy[at] = value;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 1_024 })), (bytes) => {
        const colors = readSequenceColors(bytes) ?? [0, 0];
        expect(colors.every((point) => point >= 0 && point <= 255)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
