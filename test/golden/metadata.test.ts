import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { parseExif } from "../../src/adapters/sharp/inspect/exif.js";
import { findGifXmp } from "../../src/adapters/sharp/inspect/gif-blocks.js";
import { OUTPUT_FORMATS } from "../../src/domain/model/image-format.js";
import type { MetadataPolicy } from "../../src/domain/model/pipeline-config.js";
import { collectSaid } from "../support/collect-said.js";
import {
  createPlantedImage,
  createPlantedThumbnail,
  createStaleImage,
  findPlanted,
  PLANTED,
} from "../support/planted-metadata.js";

const FORMATS = ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const;

/** The facts that a record is documented to hold. */
const FACTS = ["make", "artist", "copyright"];

describe("The planted words", () => {
  it.each([
    ["jpeg", 10],
    ["png", 8],
    ["webp", 7],
    ["gif", 2],
    ["avif", 7],
    ["tiff", 1],
  ] as const)("are in a %s, so that their absence says something", async (format, least) => {
    const { blocks } = await createPlantedImage(format);
    expect(blocks.length).toBeGreaterThanOrEqual(least);
  });
});

describe("Metadata", () => {
  it.each(FORMATS)(
    "of a %s is not in any rendition, record, event, log line or plan under strip",
    async (format) => {
      const { bytes } = await createPlantedImage(format);
      const { outputs, words, plan } = await collectSaid(bytes, { metadata: "strip" });
      expect(outputs).toHaveLength(OUTPUT_FORMATS.length);
      for (const output of outputs) {
        expect([output.name, findPlanted(output.bytes)]).toEqual([output.name, []]);
        const { exif, xmp, iptc, icc, comments } = await sharp(output.bytes).metadata();
        expect([exif, xmp, iptc, icc, comments]).toEqual(Array(5).fill(undefined));
      }
      for (const text of [words, plan]) {
        expect(findPlanted(text).filter((name) => !FACTS.includes(name))).toEqual([]);
        expect(text).not.toMatch(/latitude|longitude|51\.50/);
      }
    },
  );

  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "of a %s leaves artist and copyright alone under keep-copyright",
    async (format) => {
      const { bytes } = await createPlantedImage(format);
      const { outputs } = await collectSaid(bytes, { metadata: "keep-copyright" });
      for (const output of outputs) {
        expect([output.name, findPlanted(output.bytes)]).toEqual([output.name, ["artist", "copyright"]]);
        const { exif, xmp, iptc, icc, comments } = await sharp(output.bytes).metadata();
        expect([xmp, iptc, icc, comments]).toEqual(Array(4).fill(undefined));
        const facts = { artist: PLANTED.artist, copyright: PLANTED.copyright };
        // A GIF has no place for EXIF; they are in its XMP.
        expect(parseExif(exif)).toEqual(output.name === "gif" ? undefined : facts);
      }
    },
  );

  it("is kept by keep-all, but the orientation, which is in the pixels by then", async () => {
    const { bytes } = await createPlantedImage("jpeg");
    const { outputs } = await collectSaid(bytes, { metadata: "keep-all" });
    for (const { name, bytes: kept } of outputs.filter((output) => output.name !== "gif")) {
      expect([name, findPlanted(kept)]).toEqual([
        name,
        expect.arrayContaining(["make", "artist", "copyright", "gps"]),
      ]);
      const { orientation = 1, xmpAsString } = await sharp(kept).metadata();
      expect([orientation, findPlanted(xmpAsString ?? "")]).toEqual([1, ["xmp"]]);
    }
    const jpeg = outputs.find(({ name }) => name === "jpeg");
    expect(findPlanted(jpeg?.bytes ?? "")).toContain("iptc");
  });

  it.each<MetadataPolicy>(["strip", "keep-copyright", "keep-all"])(
    "stays whole in a copy under %s",
    async (metadata) => {
      const { bytes, blocks } = await createPlantedImage("jpeg");
      const { outputs } = await collectSaid(bytes, { metadata, thumbnails: { master: { copy: true } } });
      expect(outputs.map((output) => findPlanted(output.bytes))).toEqual([blocks]);
    },
  );

  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "of a %s is kept by keep-all without what is no longer true: orientations and thumbnails",
    async (format) => {
      const jpeg = await createStaleImage();
      const bytes = format === "jpeg" ? jpeg : await sharp(jpeg).keepMetadata().toFormat(format).toBuffer();
      const before = await sharp(bytes).metadata();
      for (const block of [before.exif, before.xmp]) expect(findPlanted(block ?? "")).toContain("thumbnail");
      // AVIF has a turn of its own, and viewers do not look at that of EXIF.
      expect(before.orientation).toBe(format === "avif" ? undefined : 6);
      const { outputs, record } = await collectSaid(bytes, { metadata: "keep-all" });
      expect(record.exif?.make).toBe(PLANTED.make);
      for (const { name, bytes: kept } of outputs) {
        const { exif = Buffer.alloc(0), xmp, iptc, orientation = 1 } = await sharp(kept).metadata();
        const packet = xmp ?? findXmpOfGif(kept);
        expect([name, orientation, findPlanted(Buffer.concat([kept, exif, packet]))]).toEqual([
          name,
          1,
          expect.not.arrayContaining(["thumbnail"]),
        ]);
        expect(packet.toString()).toMatch(/tiff:Orientation="1".*kept/);
        if (name !== "gif") expect(findPlanted(exif)).toContain("make");
        if (name === "jpeg" && format === "jpeg") expect(findPlanted(iptc ?? "")).toEqual(["iptc"]);
      }
    },
  );

  it.each<MetadataPolicy>(["strip", "keep-copyright", "keep-all"])(
    "has no thumbnail under %s",
    async (metadata) => {
      const bytes = await createPlantedThumbnail();
      expect(findPlanted(bytes)).toEqual(["thumbnail"]);
      const { outputs, words } = await collectSaid(bytes, { metadata });
      expect(outputs.map((output) => findPlanted(output.bytes))).toEqual(outputs.map(() => []));
      expect(findPlanted(words)).toEqual([]);
    },
  );

  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "keeps letters beyond ASCII in a %s of keep-copyright",
    async (format) => {
      const bytes = await addCopyright("© <Ånsel> & Çö, 写真");
      const { record, outputs } = await collectSaid(bytes, { metadata: "keep-copyright" });
      expect(record.exif?.copyright).toBe("© <Ånsel> & Çö, 写真");
      const output = outputs.find(({ name }) => name === format);
      const { xmpAsString } = await sharp(output?.bytes).metadata();
      expect(xmpAsString).toContain("© &lt;Ånsel&gt; &amp; Çö, 写真");
    },
  );
});

describe("The position", () => {
  it("is in the record only when the configuration asks for it", async () => {
    const { bytes } = await createPlantedImage("jpeg");
    const asked = await collectSaid(bytes, { exif: { position: true } });
    expect(asked.record.exif?.position).toEqual({ latitude: 51.5073667, longitude: -0.1279667 });
    const { record } = await collectSaid(bytes, {});
    expect(record.exif).toEqual({ make: PLANTED.make, artist: PLANTED.artist, copyright: PLANTED.copyright });
  });
});

function findXmpOfGif(gif: Uint8Array): Buffer {
  return Buffer.from(findGifXmp(gif) ?? []);
}

/** A JPEG with this copyright in UTF-8, which the writer of EXIF in libvips would spell in ASCII. */
async function addCopyright(copyright: string): Promise<Uint8Array> {
  const length = Buffer.byteLength(copyright);
  const bytes = await sharp({ create: { width: 80, height: 60, channels: 3, background: "#407090" } })
    .withExif({ IFD0: { Copyright: "x".repeat(length) } })
    .jpeg()
    .toBuffer();
  bytes.write(copyright, bytes.indexOf("x".repeat(length)));
  return bytes;
}
