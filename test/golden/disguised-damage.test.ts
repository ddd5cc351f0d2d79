import { describe, expect, it } from "@jest/globals";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { renderAll } from "../support/engine.js";
import { buildJpegSegment } from "../support/image-blocks.js";
import { drawTestImage } from "../support/images.js";
import { drawPlainJpeg, findMarkers, insertBytes, replaceBytes } from "../support/odd-images.js";

const SPECS = { it: thumbnailSpec({ width: 96, format: "png" }) };

const JPEG = await drawPlainJpeg();
const PROGRESSIVE = await drawPlainJpeg({ progressive: true });
const BARE = Buffer.from(await drawTestImage({ width: 96, height: 64 }));
const TIFF = Buffer.from(await drawTestImage({ format: "tiff" }));

/** The offset of the first of these markers, or of the last. */
function locate(jpeg: Buffer, wanted: number, index: 0 | -1 = 0): number {
  return (
    findMarkers(jpeg, { isWhole: true })
      .filter(({ marker }) => marker === wanted)
      .at(index)?.at ?? 0
  );
}

/** A segment that claims `by` bytes more than it has, and so takes them from what follows. */
function lengthen(jpeg: Buffer, at: number, by: number): Buffer {
  const copy = Buffer.from(jpeg);
  copy.writeUInt16BE(jpeg.readUInt16BE(at + 2) + by, at + 2);
  return copy;
}

/** Adobe's segment, which says that the picture is YCbCr, with a byte more before it does. */
const ADOBE = insertBytes(buildJpegSegment(0xee, Buffer.from("Adobe\0d\0\0\0\0\x01")), 15, Buffer.of(0));

/** Damage that leaves nothing but bytes which look stray. */
const DAMAGED: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ["a byte came into its quantization table", insertBytes(JPEG, locate(JPEG, 0xdb) + 30, Buffer.of(0xc8))],
  ["a zero came into its quantization table", insertBytes(JPEG, locate(JPEG, 0xdb) + 30, Buffer.of(0))],
  ["a byte came into its Huffman table", insertBytes(JPEG, locate(JPEG, 0xc4) + 24, Buffer.of(0xee))],
  [
    "a symbol of its Huffman table came twice",
    insertBytes(
      JPEG,
      locate(JPEG, 0xc4) + 24,
      JPEG.subarray(locate(JPEG, 0xc4) + 24, locate(JPEG, 0xc4) + 25),
    ),
  ],
  ["a byte came into Adobe's segment", insertBytes(BARE, 2, ADOBE)],
  ["a byte came into the header of its scan", insertBytes(JPEG, locate(JPEG, 0xda) + 11, Buffer.of(7))],
  [
    "some bytes came into the header of its scan",
    insertBytes(JPEG, locate(JPEG, 0xda) + 11, Buffer.of(7, 7, 7, 7, 7)),
  ],
  [
    "a byte is gone from the header of its scan",
    Buffer.concat([JPEG.subarray(0, locate(JPEG, 0xda) + 11), JPEG.subarray(locate(JPEG, 0xda) + 12)]),
  ],
  ["a marker of a table is another byte", replaceBytes(JPEG, locate(JPEG, 0xc4, -1), 0x12)],
  [
    "a marker of a table is gone",
    Buffer.concat([JPEG.subarray(0, locate(JPEG, 0xc4, -1)), JPEG.subarray(locate(JPEG, 0xc4, -1) + 2)]),
  ],
  ["a table takes the marker of the next", lengthen(JPEG, locate(JPEG, 0xdb), 1)],
  ["a table takes a scan away", lengthen(PROGRESSIVE, locate(PROGRESSIVE, 0xc4, -1), 2)],
  ["its last scan is no scan", replaceBytes(PROGRESSIVE, locate(PROGRESSIVE, 0xda, -1), 0x12)],
  ["a TIFF lost its predictor to a number that nobody knows", renumber(317, 511)],
  ["a TIFF lost its predictor to a text", renumber(317, 316)],
  ["a TIFF lost its predictor to a pair of numbers", renumber(317, 321)],
];

/** The TIFF with another number in the place of a tag's. */
function renumber(from: number, to: number): Buffer {
  const copy = Buffer.from(TIFF);
  const directory = TIFF.readUInt32LE(4);
  for (let index = 0; index < TIFF.readUInt16LE(directory); index++) {
    const at = directory + 2 + index * 12;
    if (TIFF.readUInt16LE(at) === from) copy.writeUInt16LE(to, at);
  }
  expect(copy.equals(TIFF)).toBe(false);
  return copy;
}

describe("Damage that looks like a harmless fault", () => {
  it.each(DAMAGED)("is refused all the same: %s", async (_, bytes) => {
    await expect(renderAll(bytes, SPECS)).rejects.toMatchObject({ code: "corrupt-image" });
  });

  it("is none of the pictures that it is made of", async () => {
    for (const bytes of [JPEG, PROGRESSIVE, BARE, TIFF])
      await expect(renderAll(bytes, SPECS)).resolves.toMatchObject({ outputs: [{}] });
  });
});
