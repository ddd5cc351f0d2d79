import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { drawTestImage } from "../images.js";
import { type HostileImage, PAYLOAD } from "./hostile-image.js";
import { buildPlainPng, buildPngChunk, insertChunks } from "./png-parts.js";

const HTML = `<script>alert("${PAYLOAD}")</script>`;
const PHP = `<?php system($_GET["${PAYLOAD}"]); ?>`;
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="51,30.4N" exif:GPSMapDatum="${PAYLOAD}"/></rdf:RDF></x:xmpmeta>`;

/** Good pictures that carry something else along: they are rendered, and what they carry stays behind. */
export async function buildPolyglots(): Promise<readonly HostileImage[]> {
  const jpeg = Buffer.from(await drawTestImage());
  const png = Buffer.from(await drawTestImage({ format: "png" }));
  const gif = Buffer.from(await drawTestImage({ format: "gif" }));
  const webp = Buffer.from(await drawTestImage({ format: "webp" }));
  const zip = Buffer.concat([Buffer.from("PK\x03\x04\x14\0", "latin1"), Buffer.from(PAYLOAD)]);
  const createReady = (name: string, bytes: Uint8Array): HostileImage => ({ name, bytes, outcome: "ready" });
  const buildText = (type: string, head: string, body: Uint8Array) =>
    buildPngChunk(type, Buffer.concat([Buffer.from(head, "latin1"), body]));
  return [
    createReady("a JPEG with a page in its comment", insertSegment(jpeg, 0xfe, Buffer.from(HTML))),
    createReady("a JPEG with a page behind it", Buffer.concat([jpeg, Buffer.from(HTML)])),
    createReady("a JPEG with an archive behind it", Buffer.concat([jpeg, zip])),
    createReady(
      "a JPEG with PHP in its EXIF",
      await sharp(jpeg)
        .withExif({ IFD0: { Artist: PHP } })
        .jpeg()
        .toBuffer(),
    ),
    createReady(
      "a JPEG with a position in its EXIF",
      await sharp(jpeg)
        .withExif({ IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 26/1", GPSMapDatum: PAYLOAD } })
        .jpeg()
        .toBuffer(),
    ),
    createReady("a JPEG with a position in its XMP", await sharp(jpeg).withXmp(XMP).jpeg().toBuffer()),
    createReady("a JPEG with its place in IPTC", insertSegment(jpeg, 0xed, buildIptc(PAYLOAD))),
    createReady("a PNG with a page behind it", Buffer.concat([png, Buffer.from(HTML)])),
    createReady(
      "a PNG with a page in its text",
      insertChunks(png, buildText("tEXt", "Comment\0", Buffer.from(HTML))),
    ),
    createReady(
      "a PNG with a page in compressed text",
      insertChunks(png, buildText("zTXt", "Comment\0\0", deflateSync(HTML))),
    ),
    createReady(
      "a PNG with XMP in its text",
      insertChunks(png, buildText("iTXt", "XML:com.adobe.xmp\0\0\0\0\0", Buffer.from(XMP))),
    ),
    createReady(
      "a PNG with a position in its EXIF",
      await sharp(png)
        .withExif({ IFD3: { GPSMapDatum: PAYLOAD } })
        .png()
        .toBuffer(),
    ),
    createReady("a PNG with a chunk of nobody's", insertChunks(png, buildPngChunk("phPa", Buffer.from(PHP)))),
    createReady("a GIF with a script behind it", Buffer.concat([gif, Buffer.from(`*/=1;${HTML}`)])),
    createReady("a GIF with PHP in its comment", addGifComment(gif, PHP)),
    createReady("a WebP with a position in its XMP", await sharp(webp).withXmp(XMP).webp().toBuffer()),
    createReady(
      "a WebP with PHP in its EXIF",
      await sharp(webp)
        .withExif({ IFD0: { Artist: PHP } })
        .webp()
        .toBuffer(),
    ),
  ];
}

/** Kinds of pixels that are rare and right. */
export async function buildRarities(): Promise<readonly HostileImage[]> {
  const createReady = (name: string, bytes: Uint8Array): HostileImage => ({ name, bytes, outcome: "ready" });
  const size = { width: 61, height: 37 };
  const plain = sharp(await drawTestImage());
  return [
    createReady("a PNG of gray with alpha", buildPlainPng({ ...size, depth: 8, color: 4 })),
    createReady("a PNG of 16-bit gray with alpha", buildPlainPng({ ...size, depth: 16, color: 4 })),
    createReady("a PNG of 16 bits", buildPlainPng({ ...size, depth: 16, color: 2 })),
    createReady("a PNG with a palette", buildPlainPng({ ...size, depth: 8, color: 3 })),
    createReady("a PNG with a palette of 1 bit", buildPlainPng({ ...size, depth: 1, color: 3 })),
    createReady("a PNG of 1 bit", buildPlainPng({ ...size, depth: 1, color: 0 })),
    createReady("a PNG of one pixel", buildPlainPng({ width: 1, height: 1, depth: 8, color: 6 })),
    createReady("a PNG as wide as allowed", buildPlainPng({ width: 60_000, height: 1, depth: 8, color: 0 })),
    createReady("a JPEG of CMYK", await plain.clone().toColourspace("cmyk").jpeg().toBuffer()),
    createReady("a JPEG of gray", await plain.clone().grayscale().jpeg().toBuffer()),
    createReady("a WebP without loss", await plain.clone().webp({ lossless: true }).toBuffer()),
  ];
}

function insertSegment(jpeg: Buffer, marker: number, data: Uint8Array): Buffer {
  const length = data.length + 2;
  const head = Buffer.from([0xff, marker, length >> 8, length & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** A Photoshop resource with one city. */
function buildIptc(city: string): Buffer {
  const dataset = Buffer.concat([Buffer.from([0x1c, 0x02, 0x5a, 0, city.length]), Buffer.from(city)]);
  const head = Buffer.from([0x04, 0x04, 0, 0, 0, 0, 0, dataset.length]);
  const body = Buffer.concat([Buffer.from("Photoshop 3.0\0"), Buffer.from("8BIM"), head, dataset]);
  return body.length % 2 ? Buffer.concat([body, Buffer.alloc(1)]) : body;
}

/** Before the trailer. */
function addGifComment(gif: Buffer, comment: string): Buffer {
  const block = Buffer.concat([
    Buffer.from([0x21, 0xfe, comment.length]),
    Buffer.from(comment),
    Buffer.alloc(1),
  ]);
  return Buffer.concat([gif.subarray(0, -1), block, gif.subarray(-1)]);
}
