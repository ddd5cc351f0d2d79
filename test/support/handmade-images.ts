import sharp from "sharp";

/** A first box of the ISO base media family: HEIC, AVIF, video. */
export function buildBox(brand: string, ...compatible: string[]): Buffer {
  const brands = Buffer.from([brand, "\0\0\0\0", ...compatible].join(""), "latin1");
  const head = Buffer.from([0, 0, 0, 8 + brands.length, ...Buffer.from("ftyp")]);
  return Buffer.concat([head, brands, Buffer.alloc(64)]);
}

/** A chunk of a PNG, with a checksum that is wrong. */
export function chunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
}

/** A TIFF of 16 x 16 pixels that says RGB but has one band, so that no color space fits. */
export function buildOneBandTiff(): Buffer {
  const pixels = Buffer.alloc(16 * 16, 99);
  const fields = [
    [256, 16],
    [257, 16],
    [258, 8],
    [259, 1],
    [262, 2],
    [273, 8 + 2 + 9 * 12 + 4],
    [277, 1],
    [278, 16],
    [279, pixels.length],
  ] as const;
  const directory = Buffer.alloc(2 + fields.length * 12 + 4);
  directory.writeUInt16LE(fields.length, 0);
  for (const [index, [tag, value]] of fields.entries()) {
    directory.writeUInt16LE(tag, 2 + index * 12);
    directory.writeUInt16LE(3, 4 + index * 12);
    directory.writeUInt32LE(1, 6 + index * 12);
    directory.writeUInt16LE(value, 10 + index * 12);
  }
  return Buffer.concat([Buffer.from("II*\0\x08\0\0\0", "latin1"), directory, pixels]);
}

/** The lossless header of a WebP of 16,383 x 16,383 with nothing behind it: 36 bytes. */
export function buildWebpBomb(): Buffer {
  const bomb = Buffer.alloc(36);
  bomb.write("RIFF\x1c\0\0\0WEBPVP8L\x10\0\0\0\x2f", "latin1");
  bomb.writeUInt32LE((16_382 | (16_382 << 14)) >>> 0, 21);
  return bomb;
}

/** A gray JPEG whose one component is there several times, each in a scan of its own. */
export async function buildJpegOfComponents(count: number): Promise<Buffer> {
  const picture = sharp({ create: { width: 16, height: 16, channels: 3, background: "#888888" } });
  const gray = await picture.toColourspace("b-w").jpeg({ optimiseCoding: false }).toBuffer();
  const frame = gray.indexOf(Buffer.from([0xff, 0xc0]));
  const scan = gray.indexOf(Buffer.from([0xff, 0xda]));
  const entropy = gray.subarray(scan + 10, -2);
  const header = Buffer.concat([
    Buffer.from([0xff, 0xc0, 0, 8 + 3 * count]),
    gray.subarray(frame + 4, frame + 9),
    Buffer.from([count]),
    ...Array.from({ length: count }, (_, index) => Buffer.from([index + 1, 0x11, 0])),
  ]);
  return Buffer.concat([
    gray.subarray(0, frame),
    header,
    gray.subarray(frame + 13, scan),
    ...Array.from({ length: count }, (_, index) =>
      Buffer.concat([Buffer.from([0xff, 0xda, 0, 8, 1, index + 1, 0, 0, 63, 0]), entropy]),
    ),
    Buffer.from([0xff, 0xd9]),
  ]);
}
