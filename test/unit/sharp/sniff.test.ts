import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { checkContent, sniff } from "../../../src/adapters/sharp/inspect/index.js";
import { IMAGE_FORMATS } from "../../../src/domain/model/image-format.js";
import { getKnownGoodPicture } from "../../../src/domain/model/known-good-picture.js";
import { looksLikeImage } from "../../../src/entrypoints/files/looks-like-image.js";

const toBytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** Pictures that cannot be decoded, by the first bytes of such files. */
const REFUSED: Readonly<Record<string, Uint8Array>> = {
  PSD: toBytes("8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x10\0\0\0\x10\0\x08\0\x03"),
  "a HEIC image sequence": toBytes("\0\0\0\x18ftyphevc\0\0\0\0mif1heic"),
  "an animated AVIF": toBytes("\0\0\0\x1cftypavis\0\0\0\0avifavismsf1"),
  HEIF: toBytes("\0\0\0\x18ftypmif1\0\0\0\0mif1miaf"),
  "Canon raw (CR3)": toBytes("\0\0\0\x18ftypcrx \0\0\0\x01crx isom"),
  "JPEG XL": toBytes("\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl "),
  "JPEG 2000": toBytes("\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 "),
};

const NO_PICTURES: Readonly<Record<string, Uint8Array>> = {
  text: toBytes("BMW and other words that begin as some picture does"),
  "a video": toBytes("\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41"),
  "a RIFF file": toBytes("RIFF\x24\0\0\0WAVEfmt \x10\0\0\0"),
  PDF: toBytes("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
  nothing: new Uint8Array(),
};

describe("the sniffer", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "safelight-sniff-"));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  /** Whether a file of these bytes is taken for a picture although its name says nothing. */
  const isTaken = (content: Uint8Array) => {
    const path = join(dir, "nameless");
    writeFileSync(path, content);
    return looksLikeImage(path, "nameless");
  };

  it.each(IMAGE_FORMATS)(
    "knows %s for the upload's check, for the engine and for files without an extension",
    async (format) => {
      const picture = getKnownGoodPicture(format);
      expect(sniff(picture)).toEqual({ format });
      expect(checkContent(picture, IMAGE_FORMATS)).toBe(format);
      expect(await isTaken(picture)).toBe(true);
    },
  );

  it.each(Object.entries(REFUSED))("refuses %s by its name, but never skips it", async (refused, content) => {
    expect(sniff(content)).toMatchObject({ refused });
    expect(() => checkContent(content, IMAGE_FORMATS)).toThrow(`for the original but received ${refused}`);
    expect(await isTaken(content)).toBe(true);
  });

  it.each(Object.entries(NO_PICTURES))("recognizes no picture in %s", async (_, content) => {
    expect(sniff(content)).not.toHaveProperty("format");
    expect(await isTaken(content)).toBe(false);
  });

  it.each(IMAGE_FORMATS)("refuses 23 bytes of %s as cut off, as the engine does", async (format) => {
    const start = getKnownGoodPicture(format).subarray(0, 23);
    expect(() => checkContent(start, IMAGE_FORMATS)).toThrow(
      "expected at least 24 bytes for the original but received 23",
    );
  });
});
