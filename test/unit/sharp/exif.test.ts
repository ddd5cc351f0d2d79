import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import sharp from "sharp";
import { parseExif } from "../../../src/adapters/sharp/inspect/exif.js";
import { inspect } from "../../support/engine.js";
import { buildPngChunk } from "../../support/image-blocks.js";
import { buildTiff, type TiffForm } from "../../support/tiff-files.js";

type Exif = Parameters<ReturnType<typeof sharp>["withExif"]>[0];

async function writeExifBlock(exif: Exif): Promise<Uint8Array | undefined> {
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#808080" } })
    .withExif(exif)
    .jpeg()
    .toBuffer();
  return (await sharp(bytes).metadata()).exif;
}

describe("EXIF facts", () => {
  it("have their units", async () => {
    const block = await writeExifBlock({
      IFD0: { Make: " Acme ", Model: "Obscura 1", Artist: "Ansel", Copyright: "Ansel & Co" },
      IFD2: {
        LensModel: "Prime 35",
        DateTimeOriginal: "2024:05:17 08:09:10",
        OffsetTimeOriginal: "+02:00",
        ExposureTime: "1/250",
        FNumber: "28/10",
        ISOSpeedRatings: "400",
        FocalLength: "350/10",
      },
      IFD3: {
        GPSLatitudeRef: "S",
        GPSLatitude: "51/1 30/1 2652/100",
        GPSLongitudeRef: "W",
        GPSLongitude: "0/1 7/1 4068/100",
        GPSAltitude: "125/10",
      },
    });
    expect(parseExif(block)).toEqual({
      make: "Acme",
      model: "Obscura 1",
      lens: "Prime 35",
      takenAt: "2024-05-17T08:09:10+02:00",
      exposureTime: 1 / 250,
      fNumber: 2.8,
      iso: 400,
      focalLength: 35,
      artist: "Ansel",
      copyright: "Ansel & Co",
      position: { latitude: -51.5073667, longitude: -0.1279667, altitude: 12.5 },
    });
  });

  it.each(["jpeg", "png", "webp", "avif"] as const)("are read from a %s", async (format) => {
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#808080" } })
      .withExif({ IFD0: { Make: "Acme" } })
      .toFormat(format)
      .toBuffer();
    expect((await inspect(bytes)).exif?.make).toBe("Acme");
  });

  it("are read from a TIFF, which is such a block itself", async () => {
    const tiff = buildTiff([
      [256, 3, [1]],
      [257, 3, [1]],
      [258, 3, [8]],
      [259, 3, [1]],
      [262, 3, [1]],
      [0x010f, 2, "Acme\0"],
      [273, 3, [8]],
      [277, 3, [1]],
      [278, 3, [1]],
      [279, 3, [1]],
    ]);
    expect((await inspect(tiff)).exif).toEqual({ make: "Acme" });
  });

  it("are read from a PNG that has them behind its pixels, which turn nothing there", async () => {
    const exif = buildTiff([
      [0x010f, 2, "Acme\0"],
      [0x0112, 3, [6]],
    ]);
    const png = await sharp({ create: { width: 8, height: 4, channels: 3, background: "#808080" } })
      .png()
      .toBuffer();
    const late = Buffer.concat([png.subarray(0, -12), buildPngChunk("eXIf", exif), png.subarray(-12)]);
    expect(await inspect(late)).toMatchObject({ width: 8, orientation: 1, exif: { make: "Acme" } });
  });

  it.each<[string, TiffForm]>([
    ["a classic structure", {}],
    ["one of the other byte order", { order: "big" }],
    ["a BigTIFF", { isBig: true }],
    ["a BigTIFF of the other byte order", { isBig: true, order: "big" }],
  ])("are read from %s, by pointers of any type", (_, form) => {
    for (const pointer of form.isBig ? [4, 13, 16, 18] : [4, 13]) {
      const block = buildTiff(
        [
          [0x0110, 2, "Obscura\0"],
          [0x8769, pointer, { directory: [[0x8827, 3, [400]]] }],
          [0x8825, pointer, { directory: [[1, 2, "N\0"]] }],
        ],
        form,
      );
      expect(parseExif(block)).toEqual({ model: "Obscura", iso: 400 });
    }
  });

  it("are read from numbers of any type", () => {
    const photo = {
      directory: [
        [0x829a, 11, [0.5]],
        [0x829d, 12, [2.8]],
        [0x8827, 4, [102_400]],
      ],
    } as const;
    expect(parseExif(buildTiff([[0x8769, 4, photo]]))).toEqual({
      exposureTime: 0.5,
      fNumber: 2.8,
      iso: 102_400,
    });
  });

  it("never read more of a block than was asked for, whatever it claims", () => {
    const claims = Array.from(
      { length: 5_000 },
      (_, index) => [40_000 + index, 1, { count: 0xffffffff, offset: 8 }] as const,
    );
    const started = process.memoryUsage().arrayBuffers;
    expect(parseExif(buildTiff([...claims, [0x010f, 2, "late\0"]], { isUnsorted: true }))).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - started).toBeLessThan(10_000_000);
  });

  it("are read from any bytes without an error", () => {
    const start = fc.constantFrom(
      "Exif\0\0II*\0",
      "Exif\0\0MM\0*",
      "II*\0",
      "MM\0*",
      "II+\0\b\0\0\0",
      "MM\0+\0\b\0\0",
      "",
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 400 }), (head, tail) => {
        expect(() => parseExif(Buffer.concat([Buffer.from(head, "latin1"), tail]))).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });

  it("are read from a real block with any byte changed without an error, and stay bounded", async () => {
    const block = await writeExifBlock({
      IFD0: { Make: "Acme" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "1/1 0/1 0/1" },
    });
    const whole = Buffer.from(block ?? []);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const changed = Buffer.from(whole);
        changed[at] = value;
        expect(JSON.stringify(parseExif(changed.subarray(0, length)) ?? {}).length).toBeLessThan(2_000);
      }),
      { numRuns: 1_000 },
    );
  });
});
