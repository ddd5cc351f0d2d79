import { describe, expect, it } from "@jest/globals";
import { readBoxes } from "../../../src/adapters/sharp/heif/iso-boxes.js";
import { findCodedItem } from "../../../src/adapters/sharp/heif/primary-item.js";
import { readSamplesPerPixel } from "../../../src/adapters/sharp/heif/samples-per-pixel.js";
import { sniff } from "../../../src/adapters/sharp/inspect/index.js";
import { getKnownGoodPicture } from "../../../src/domain/model/known-good-picture.js";
import { renderOne } from "../../support/engine.js";
import { HEIC_NAMES, readHeic } from "../../support/heic-files.js";

const toView = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The file with another major brand, and no other brand that names a codec. */
function rename(bytes: Uint8Array, major: string, compatible = "mif1"): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(major, 8, "latin1");
  for (let at = 16; at < copy.readUInt32BE(0); at += 4) copy.write(compatible, at, "latin1");
  return copy;
}

describe("a HEIF whose brands do not name its codec, or another one", () => {
  it.each(HEIC_NAMES)("is a HEIC if its picture is of HEVC, in tiles or not: %s", (name) => {
    expect(findCodedItem(toView(readHeic(name)))?.type).toBe("hvc1");
    for (const brand of ["mif1", "avif"])
      expect(sniff(rename(readHeic(name), brand))).toEqual({ format: "heic" });
  });

  it("is an AVIF if its picture is of AV1", async () => {
    for (const brand of ["mif1", "heic"]) {
      const avif = rename(getKnownGoodPicture("avif"), brand);
      expect(sniff(avif)).toEqual({ format: "avif" });
      expect((await renderOne(avif, { width: 24, format: "png" })).bytes).not.toHaveLength(0);
    }
  });

  it("is what its brands say where it ends before its picture is described", () => {
    for (const [brand, format] of [
      ["avif", "avif"],
      ["heic", "heic"],
    ] as const)
      expect(sniff(rename(readHeic("plain"), brand).subarray(0, 60))).toEqual({ format });
  });

  it("is told by name if its picture is of anything else, or is not there", () => {
    const other = rename(readHeic("plain"), "mif1");
    other.write("jpeg", other.indexOf("hvc1"), "latin1");
    const none = rename(readHeic("plain"), "mif1");
    none.write("free", none.indexOf("iinf"), "latin1");
    for (const bytes of [other, none, other.subarray(0, 60)])
      expect(sniff(bytes)).toEqual({ refused: "HEIF", picture: true });
  });

  it("leads nowhere if its picture is made of itself", () => {
    const circle = rename(readHeic("phone"), "mif1");
    circle.writeUInt16BE(5, circle.indexOf("dimg") + 8);
    expect(sniff(circle)).toEqual({ refused: "HEIF", picture: true });
  });
});

describe("an image sequence", () => {
  it.each(["hevc", "hevx", "hevm", "hevs", "msf1"])("is told by name: %s", (brand) => {
    const refused = { refused: "a HEIC image sequence", picture: true };
    expect(sniff(rename(readHeic("plain"), brand, brand))).toEqual(refused);
    expect(sniff(rename(readHeic("plain"), brand, "heic"))).toEqual(refused);
    expect(sniff(rename(readHeic("plain"), "iso8", brand))).toEqual(refused);
  });

  it("beside a still picture leaves the file what its major brand says", () => {
    expect(sniff(rename(readHeic("plain"), "heic", "msf1"))).toEqual({ format: "heic" });
  });
});

describe("the boxes of a file", () => {
  it("are no more than there can be properties, however small each is", () => {
    const box = Buffer.from("\0\0\0\x08free", "latin1");
    const bytes = Buffer.concat(Array.from({ length: 40_000 }, () => box));
    expect(readBoxes(toView(bytes), 0, bytes.length)).toHaveLength(32_767);
  });
});

describe("the numbers of a pixel", () => {
  it.each([
    ["gray", 1],
    ["plain", 1.5],
    ["alpha", 1.5],
    ["phone", 1.5],
    ["chroma-444", 3],
  ])("are read from the codec's configuration: %s", (name, samples) => {
    expect(readSamplesPerPixel(readHeic(name))).toBe(samples);
  });

  it("are taken to be 3 where nothing says it", () => {
    expect(readSamplesPerPixel(Buffer.alloc(100))).toBe(3);
  });
});
