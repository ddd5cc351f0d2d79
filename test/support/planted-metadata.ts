import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { buildJpegSegment, buildPngChunk } from "./image-blocks.js";

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
} as const;

/** The name of a planted word. */
export type PlantedBlock = keyof typeof PLANTED;

/** Which of the planted words occur in the bytes. */
export function findPlanted(bytes: Uint8Array | string): readonly PlantedBlock[] {
  const text = typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("latin1");
  return (Object.keys(PLANTED) as PlantedBlock[]).filter((name) => text.includes(PLANTED[name]));
}

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
    .withXmp(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="${PLANTED.xmp}"/></rdf:RDF></x:xmpmeta>`,
    );
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
  const caption = Buffer.from(PLANTED.iptc);
  const dataset = Buffer.concat([Buffer.from([0x1c, 0x02, 0x78, 0x00, caption.length]), caption]);
  const padded = dataset.length % 2 ? Buffer.concat([dataset, Buffer.alloc(1)]) : dataset;
  const head = Buffer.from([0x04, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, dataset.length]);
  return Buffer.concat([Buffer.from("Photoshop 3.0\0"), Buffer.from("8BIM"), head, padded]);
}

function createExifWithThumbnail(): Buffer {
  const thumbnail = Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0x00, 0x20]),
    Buffer.from(PLANTED.thumbnail),
    Buffer.from([0xff, 0xd9]),
  ]);
  const tiff = Buffer.alloc(14 + 2 + 24 + 4);
  tiff.write("II*\0", 0, "latin1");
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(0, 8);
  tiff.writeUInt32LE(14, 10);
  tiff.writeUInt16LE(2, 14);
  for (const [index, [tag, value]] of [
    [0x0201, tiff.length],
    [0x0202, thumbnail.length],
  ].entries()) {
    const at = 16 + index * 12;
    tiff.writeUInt16LE(tag ?? 0, at);
    tiff.writeUInt16LE(4, at + 2);
    tiff.writeUInt32LE(1, at + 4);
    tiff.writeUInt32LE(value ?? 0, at + 8);
  }
  return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff, thumbnail]);
}
