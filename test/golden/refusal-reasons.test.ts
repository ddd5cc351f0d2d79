import { describe, expect, it } from "@jest/globals";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { renderAll } from "../support/engine.js";
import { buildPngChunk } from "../support/image-blocks.js";
import { drawTestImage } from "../support/images.js";
import {
  buildPlainTiff,
  drawPlainJpeg,
  findMarkers,
  insertBytes,
  replaceBytes,
} from "../support/odd-images.js";

const SPECS = { it: thumbnailSpec({ width: 16, format: "png" }) };
const FAR = { count: 3, offset: 50_000_000 };

const PNG = Buffer.from(await drawTestImage({ format: "png" }));
const PIXELS = PNG.indexOf("IDAT") - 4;
const HEAD = PNG.subarray(0, PIXELS);
const DATA = PNG.subarray(PIXELS + 8, PNG.length - 16);
const END = PNG.subarray(-12);

const WEBP = await drawTestImage({ format: "webp" });
const JPEG = await drawPlainJpeg();
const TABLE = findMarkers(JPEG).find(({ marker }) => marker === 0xdb)?.at ?? 0;

const DAMAGED: readonly (readonly [reason: string, bytes: Uint8Array])[] = [
  ["a chunk IDAT of \\d+ bytes that the file ends in", PNG.subarray(0, -100)],
  ["the chunk PLTE in the place of IHDR", replaceBytes(PNG, 12, ...Buffer.from("PLTE"))],
  [
    "the critical chunk ABCD, which nobody knows",
    insertBytes(PNG, 33, buildPngChunk("ABCD", Buffer.from("?"))),
  ],
  [
    "the critical chunk 0x413c3e42, which nobody knows",
    insertBytes(PNG, 33, buildPngChunk("A<>B", Buffer.alloc(1))),
  ],
  ["a chunk IDAT with a wrong checksum", replaceBytes(PNG, PIXELS + 40, 1, 2, 3)],
  [
    "chunks IDAT with another one between them",
    Buffer.concat([
      HEAD,
      buildPngChunk("IDAT", DATA.subarray(0, 50)),
      buildPngChunk("tEXt", Buffer.from("a\0b")),
      buildPngChunk("IDAT", DATA.subarray(50)),
      END,
    ]),
  ],
  [
    "pixels that do not decode to their end",
    Buffer.concat([HEAD, buildPngChunk("IDAT", DATA.subarray(0, -30)), END]),
  ],
  ["no chunk IDAT", Buffer.concat([HEAD, END])],
  ["\\d+ bytes, while the header says \\d+", WEBP.subarray(0, -10)],
  ["StripOffsets \\(tag 273\\) with its value beyond the end of the file", buildPlainTiff([[273, 4, FAR]])],
  ["BitsPerSample \\(tag 258\\) with its value beyond the end of the file", buildPlainTiff([[258, 3, FAR]])],
  ["the strip 0 beyond the end of the file", buildPlainTiff([[273, 4, [50_000_000]]])],
  ["the directory of the next page beyond the end", buildPlainTiff([], { next: 50_000_000 })],
  ["a directory that the file ends in", (await drawTestImage({ format: "tiff" })).subarray(0, -60)],
  ['Bogus "StripByteCounts" field', buildPlainTiff([[279, 4, [9]]])],
  ["Quantization table 0x00 was not defined", replaceBytes(JPEG, TABLE + 1, 0xe9)],
  ["premature end of JPEG image", JPEG.subarray(0, -40)],
];

describe("The reason of a refusal", () => {
  it.each(DAMAGED)("names what is wrong: %s", async (reason, bytes) => {
    const refused = renderAll(bytes, SPECS);
    await expect(refused).rejects.toMatchObject({
      code: "corrupt-image",
      message: expect.stringMatching(
        new RegExp(`^expected a picture that decodes to its end for the original but received: .*${reason}`),
      ),
    });
  });
});
