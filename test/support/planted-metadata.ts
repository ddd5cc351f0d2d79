import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { buildJpegSegment, buildPngChunk } from "./image-blocks.js";
import { buildIptc, buildPhotoshop, buildXmp } from "./rights-blocks.js";
import { buildTiff, type TiffEntry } from "./tiff-files.js";

/** Words that stand in one metadata block each; the name says which. */
export const PLANTED = {
  make: "PLANTED-MAKE",
  artist: "PLANTED-ARTIST",
  copyright: "PLANTED-COPYRIGHT",
  description: "PLANTED-DESCRIPTION",
  userComment: "PLANTED-USER-COMMENT",
  gps: "PLANTED-GPS",
  xmp: "PLANTED-XMP",
  iptc: "PLANTED-IPTC",
  comment: "PLANTED-COMMENT",
  compressedText: "PLANTED-ZTXT",
  thumbnail: "PLANTED-THUMBNAIL",
  trailer: "PLANTED-TRAILER",
  creator: "PLANTED-CREATOR",
  rights: "PLANTED-RIGHTS",
  credit: "PLANTED-CREDIT",
  terms: "PLANTED-TERMS",
} as const;

/** The name of a planted word. */
export type PlantedBlock = keyof typeof PLANTED;

/** Which of the planted words occur in the bytes. */
export function findPlanted(bytes: Uint8Array | string): readonly PlantedBlock[] {
  const text = typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("latin1");
  return (Object.keys(PLANTED) as PlantedBlock[]).filter((name) => text.includes(PLANTED[name]));
}

/** Properties of XMP that say something private, among them the position and a picture. */
export const PRIVATE_XMP = [
  `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${PLANTED.xmp}</rdf:li></rdf:Alt></dc:description>`,
  `<dc:subject><rdf:Bag><rdf:li>${PLANTED.xmp}</rdf:li></rdf:Bag></dc:subject>`,
  `<dc:contributor><rdf:Bag><rdf:li>${PLANTED.xmp}</rdf:li></rdf:Bag></dc:contributor>`,
  `<photoshop:City>${PLANTED.xmp}</photoshop:City><photoshop:CaptionWriter>${PLANTED.xmp}</photoshop:CaptionWriter>`,
  `<e:GPSLatitude xmlns:e="http://ns.adobe.com/exif/1.0/">51,30.4N ${PLANTED.xmp}</e:GPSLatitude>`,
  `<x:Thumbnails xmlns:x="http://ns.adobe.com/xap/1.0/">${PLANTED.thumbnail}</x:Thumbnails>`,
].join("");

/** Datasets of IPTC that say something private: headline, place, contact, keyword, caption. */
export const PRIVATE_IPTC = [105, 90, 118, 25, 120].map((number) => [2, number, PLANTED.iptc] as const);

/** A picture with a word planted in every block that its format can hold, and the blocks that were. */
export async function createPlantedImage(
  format: "jpeg" | "png" | "webp" | "gif" | "avif" | "tiff",
): Promise<{ readonly bytes: Uint8Array; readonly blocks: readonly PlantedBlock[] }> {
  const picture = sharp({ create: { width: 80, height: 60, channels: 3, background: "#407090" } })
    .withExif({
      IFD0: {
        Make: PLANTED.make,
        Artist: PLANTED.artist,
        Copyright: PLANTED.copyright,
        ImageDescription: PLANTED.description,
      },
      IFD2: { UserComment: PLANTED.userComment },
      IFD3: {
        GPSLatitudeRef: "N",
        GPSLatitude: "51/1 30/1 2652/100",
        GPSLongitudeRef: "W",
        GPSLongitude: "0/1 7/1 4068/100",
        GPSMapDatum: PLANTED.gps,
      },
    })
    .withXmp(buildXmp(PRIVATE_XMP, `dc:source="${PLANTED.xmp}"`));
  const bytes = Buffer.concat([
    plantMore(await picture.toFormat(format).toBuffer(), format),
    createTrailer(format),
  ]);
  return { bytes, blocks: findPlanted(bytes) };
}

/** A JPEG whose EXIF block holds nothing but a small picture. */
export async function createPlantedThumbnail(): Promise<Uint8Array> {
  const picture = sharp({ create: { width: 80, height: 60, channels: 3, background: "#407090" } });
  const bytes = await picture.jpeg().toBuffer();
  return Buffer.concat([
    bytes.subarray(0, 2),
    buildJpegSegment(0xe1, createExifWithThumbnail()),
    bytes.subarray(2),
  ]);
}

/** A JPEG that is to be turned, as EXIF and XMP say, with a thumbnail in each of its blocks. */
export async function createStaleImage(): Promise<Uint8Array> {
  const picture = sharp({ create: { width: 80, height: 60, channels: 3, background: "#407090" } });
  const exif = createExifWithThumbnail([
    [0x010f, 2, `${PLANTED.make}\0`],
    [0x0112, 3, [6]],
  ]);
  const xmp = buildXmp(
    `<x:Thumbnails xmlns:x="http://ns.adobe.com/xap/1.0/">${PLANTED.thumbnail}</x:Thumbnails><dc:title>kept</dc:title>`,
    'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"',
  );
  const resources = buildPhotoshop([
    [1033, Buffer.from(PLANTED.thumbnail)],
    [1028, buildIptc([[2, 120, PLANTED.iptc]])],
    [1036, Buffer.from(`${PLANTED.thumbnail}!`)],
  ]);
  const bytes = await picture.jpeg().toBuffer();
  return Buffer.concat([
    bytes.subarray(0, 2),
    buildJpegSegment(0xe1, exif),
    buildJpegSegment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp}`)),
    buildJpegSegment(0xed, resources),
    bytes.subarray(2),
  ]);
}

/** Bytes behind the end of a picture, as phones append films. Not for formats whose reader would take it for damage. */
function createTrailer(format: string): Buffer {
  return format === "jpeg" || format === "png" || format === "gif"
    ? Buffer.from(PLANTED.trailer)
    : Buffer.alloc(0);
}

function plantMore(bytes: Buffer, format: string): Buffer {
  switch (format) {
    case "jpeg":
      return Buffer.concat([
        bytes.subarray(0, 2),
        buildJpegSegment(0xfe, Buffer.from(PLANTED.comment)),
        buildJpegSegment(0xed, createPhotoshopBlock()),
        bytes.subarray(2),
      ]);
    case "png":
      return Buffer.concat([
        bytes.subarray(0, 33),
        buildPngChunk("tEXt", Buffer.from(`Comment\0${PLANTED.comment}`, "latin1")),
        buildPngChunk(
          "zTXt",
          Buffer.concat([Buffer.from("Note\0\0", "latin1"), deflateSync(PLANTED.compressedText)]),
        ),
        bytes.subarray(33),
      ]);
    case "gif": {
      const text = Buffer.from(PLANTED.comment);
      const extension = Buffer.concat([Buffer.from([0x21, 0xfe, text.length]), text, Buffer.from([0])]);
      const flags = bytes[10] ?? 0;
      const start = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
      return Buffer.concat([bytes.subarray(0, start), extension, bytes.subarray(start)]);
    }
    default:
      return bytes;
  }
}

function createPhotoshopBlock(): Buffer {
  return buildPhotoshop([
    [1028, buildIptc(PRIVATE_IPTC)],
    [1036, Buffer.from(PLANTED.thumbnail)],
  ]);
}

/** A small picture, of its head, a word and its end. */
const THUMBNAIL = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0x00, 0x20]),
  Buffer.from(PLANTED.thumbnail),
  Buffer.from([0xff, 0xd9]),
]);

/** An EXIF block of these entries and of a second directory, which holds the thumbnail. */
function createExifWithThumbnail(entries: readonly TiffEntry[] = []): Buffer {
  const start = 8;
  const buildSecond = (at: number) =>
    buildTiff([
      [0x0201, 4, [at]],
      [0x0202, 4, [THUMBNAIL.length]],
    ]).subarray(start);
  const second = Buffer.concat([buildSecond(start + buildSecond(0).length), THUMBNAIL]);
  return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), buildTiff(entries, { next: start }, second)]);
}
