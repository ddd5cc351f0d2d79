import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import sharp from "sharp";
import { parseExif } from "../../../src/adapters/sharp/inspect/exif.js";
import { inspect } from "../../support/engine.js";

type Exif = Parameters<ReturnType<typeof sharp>["withExif"]>[0];

async function writeExifBlock(exif: Exif): Promise<Uint8Array | undefined> {
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#808080" } })
    .withExif(exif)
    .jpeg()
    .toBuffer();
  return (await sharp(bytes).metadata()).exif;
}

describe("EXIF facts", () => {
  it("carry their units", async () => {
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
    const short = (value: number) => Buffer.from([value, 0]);
    const tiff = handmade([
      [256, 3, short(1)],
      [257, 3, short(1)],
      [258, 3, short(8)],
      [259, 3, short(1)],
      [262, 3, short(1)],
      [0x010f, 2, Buffer.from("Acme\0")],
      [273, 3, short(8)],
      [277, 3, short(1)],
      [278, 3, short(1)],
      [279, 3, short(1)],
    ]);
    expect((await inspect(tiff)).exif).toEqual({ make: "Acme" });
  });

  it("tell heights below the sea", async () => {
    const block = Buffer.from(
      (await writeExifBlock({
        IFD3: {
          GPSLatitudeRef: "N",
          GPSLatitude: "31/1 0/1 0/1",
          GPSLongitudeRef: "E",
          GPSLongitude: "35/1 0/1 0/1",
          GPSAltitudeRef: "0",
          GPSAltitude: "430/1",
        },
      })) ?? [],
    );
    // The writer knows only heights above it: the one byte is set by hand.
    const entry = block.indexOf(Buffer.from([5, 0, 1, 0, 1, 0, 0, 0]));
    expect(entry).toBeGreaterThan(0);
    block[entry + 8] = 1;
    expect(parseExif(block)?.position?.altitude).toBe(-430);
  });

  it("leave out days that are in no calendar, and offsets that are none", async () => {
    for (const [text, expected] of [
      ["0000:00:00 00:00:00", undefined],
      ["2023:02:29 10:00:00", undefined],
      ["    :  :     :  :  ", undefined],
      ["2024:02:29 10:00:00", "2024-02-29T10:00:00"],
    ] as const) {
      const block = await writeExifBlock({ IFD2: { DateTimeOriginal: text, OffsetTimeOriginal: "   :  " } });
      expect(parseExif(block)?.takenAt).toBe(expected);
    }
  });

  it("have no position without both hemispheres, nor one that is not on the globe", async () => {
    const whole = {
      GPSLatitudeRef: "N",
      GPSLatitude: "1/1 0/1 0/1",
      GPSLongitudeRef: "E",
      GPSLongitude: "2/1 0/1 0/1",
    };
    expect(parseExif(await writeExifBlock({ IFD3: whole }))?.position).toEqual({ latitude: 1, longitude: 2 });
    const { GPSLatitudeRef: _, ...half } = whole;
    expect(parseExif(await writeExifBlock({ IFD0: { Make: "A" }, IFD3: half }))).toEqual({ make: "A" });
    const beyond = { ...whole, GPSLatitude: "91/1 0/1 0/1" };
    expect(parseExif(await writeExifBlock({ IFD0: { Make: "A" }, IFD3: beyond }))).toEqual({ make: "A" });
  });

  it("hold no control character, no direction mark and no text without end", () => {
    for (const make of ["A\nB\u001b[31m", "A\u202eB", "A\u061cB", `A${"x".repeat(5_000)}`, "© é", "\u0001"]) {
      const text = parseExif(handmade([[0x010f, 2, Buffer.from(`${make}\0`)]]))?.make ?? "";
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect([...text].length).toBeLessThanOrEqual(200);
    }
    expect(parseExif(handmade([[0x010f, 2, Buffer.from("© é\0")]]))?.make).toBe("© é");
    expect(parseExif(handmade([[0x010f, 2, Buffer.from("\xa9 \xe9\0", "latin1")]]))?.make).toBe("© é");
  });

  it("never read more of a block than was asked for, whatever it claims", () => {
    const claims = Array.from({ length: 5_000 }, (_, index) => [40_000 + index, 1, 0xffffffff] as const);
    const started = process.memoryUsage().arrayBuffers;
    expect(parseExif(handmade([...claims, [0x010f, 2, Buffer.from("late\0")]]))).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - started).toBeLessThan(10_000_000);
  });

  it("come from any bytes without an error", () => {
    const start = fc.constantFrom("Exif\0\0II*\0", "Exif\0\0MM\0*", "II*\0", "MM\0*", "");
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 400 }), (head, tail) => {
        expect(() => parseExif(Buffer.concat([Buffer.from(head, "latin1"), tail]))).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });

  it("come from a real block with any byte changed without an error, and stay bounded", async () => {
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

/** A little-endian block of one directory; a number for content is a claimed count without any. */
function handmade(
  entries: readonly (readonly [tag: number, type: number, content: Buffer | number])[],
): Buffer {
  const head = Buffer.alloc(10 + entries.length * 12 + 4);
  head.write("II*\0", 0, "latin1");
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  const bodies: Buffer[] = [];
  let end = head.length;
  for (const [index, [tag, type, content]] of entries.entries()) {
    const at = 10 + index * 12;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    const size = type === 3 ? 2 : 1;
    head.writeUInt32LE(typeof content === "number" ? content : content.length / size, at + 4);
    if (typeof content === "number") continue;
    if (content.length <= 4) content.copy(head, at + 8);
    else {
      head.writeUInt32LE(end, at + 8);
      bodies.push(content);
      end += content.length;
    }
  }
  return Buffer.concat([head, ...bodies]);
}
