import { deflateSync } from "node:zlib";
import { chunk as badChunk, buildWebpBomb } from "../handmade-images.js";
import { drawTestImage } from "../images.js";
import type { HostileImage } from "./hostile-image.js";
import { buildManyScansJpeg } from "./many-scans.js";
import { buildCompressedChunk, buildPlainPng, buildPngChunk, insertChunks } from "./png-parts.js";

const MEGABYTE = 1_000_000;

/** Files of at most a few megabytes that cost gigabytes or minutes where they are decoded. */
export async function buildBombs(): Promise<readonly HostileImage[]> {
  const jpeg = Buffer.from(await drawTestImage({ width: 640, height: 480 }));
  const progressive = Buffer.from(await drawTestImage({ progressive: true }));
  const png = await drawTestImage({ format: "png" });
  const zeros = Buffer.alloc(120 * MEGABYTE);
  const createBomb = (name: string, bytes: Uint8Array, says: RegExp): HostileImage => ({
    name,
    bytes,
    outcome: "too-large",
    says,
    bomb: true,
  });
  return [
    createBomb("a WebP of 36 bytes and 268 megapixels", buildWebpBomb(), /pixel limit|pixels/),
    createBomb("a JPEG whose header claims 4 gigapixels", setJpegSize(jpeg, 65_500, 65_500), /pixel/),
    createBomb(
      "a PNG that claims 900 megapixels",
      buildPlainPng({ width: 30_000, height: 30_000, depth: 1, color: 0 }),
      /pixel/,
    ),
    createBomb(
      "a PNG of one endless row",
      buildPlainPng({ width: 2_147_483_647, height: 1, depth: 1, color: 0 }),
      /pixels a side/,
    ),
    createBomb(
      "a PNG of 80 bytes and 3 rows of 16 megapixels",
      buildEmptyPng(16_711_684, 3),
      /pixels a side/,
    ),
    createBomb(
      "a PNG of 80 bytes and 60 rows of a megapixel",
      buildEmptyPng(1_000_000, 60),
      /memory to decode/,
    ),
    createBomb("a GIF of 4 gigapixels", createGif(65_535, 65_535, 1, true), /pixel/),
    createBomb("a GIF of 2,000 small frames", createGif(8, 8, 2_000), /frames/),
    createBomb("a GIF of 900 frames of a megapixel", createGif(1_000, 1_000, 900), /pixels/),
    createBomb("a WebP of 1,500 frames", await buildMovingWebp(1_500), /frames/),
    createBomb("a JPEG of 2,647 scans", repeatScans(progressive, 2_647), /scans/),
    createBomb(
      "a JPEG of 127 legal scans and 99 megapixels",
      buildManyScansJpeg(9_900, 10_000, 127),
      /scans/,
    ),
    createBomb(
      "a JPEG of 101 scans with junk between them",
      repeatScans(progressive, 101, Buffer.from([0, 0xff, 0])),
      /scans/,
    ),
    createBomb(
      "a PNG of 200,000 chunks",
      insertChunks(png, repeat(buildPngChunk("tEXt", Buffer.from("a\0b")), 200_000)),
      /chunks/,
    ),
    createBomb(
      "a PNG of 5,000 empty pixel chunks",
      insertChunks(png, repeat(badChunk("IDAT", Buffer.alloc(0)), 5_000)),
      /chunks/,
    ),
    createBomb(
      "a PNG whose text inflates to 120 MB",
      insertChunks(png, buildCompressedChunk("zTXt", "Comment", zeros)),
      /inflate/,
    ),
    createBomb(
      "a PNG whose profile inflates to 120 MB",
      insertChunks(png, buildCompressedChunk("iCCP", "icc", zeros)),
      /inflate/,
    ),
    createBomb(
      "a PNG whose international text inflates to 120 MB",
      insertChunks(
        png,
        buildPngChunk(
          "iTXt",
          Buffer.concat([Buffer.from("Comment\0\x01\0\0\0", "latin1"), deflateSync(zeros)]),
        ),
      ),
      /inflate/,
    ),
    createBomb(
      "a PNG of 900 texts that inflate to 1 MB each",
      insertChunks(png, repeat(buildCompressedChunk("zTXt", "Comment", zeros.subarray(0, MEGABYTE)), 900)),
      /inflate/,
    ),
    createBomb("an interlaced PNG of 16 bits and 98 megapixels", buildExpensivePng(), /memory to decode/),
  ];
}

/** Files at the limits: allowed, so they must be carried through in bounded time and memory. */
export async function buildHeavyweights(): Promise<readonly HostileImage[]> {
  const { default: sharp } = await import("sharp");
  const drawGray = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "#467" }, limitInputPixels: false });
  const createReady = (name: string, bytes: Uint8Array): HostileImage => ({ name, bytes, outcome: "ready" });
  const progressive = await drawGray(9_900, 10_000).jpeg({ progressive: true, quality: 40 }).toBuffer();
  return [
    createReady("a JPEG of 99 megapixels", await drawGray(9_900, 10_000).jpeg({ quality: 40 }).toBuffer()),
    createReady("a progressive JPEG of 99 megapixels", progressive),
    createReady("a progressive JPEG of 99 megapixels and 100 scans", buildManyScansJpeg(9_900, 10_000, 100)),
    createReady(
      "a PNG of 99 megapixels",
      buildPlainPng({ width: 9_900, height: 10_000, depth: 8, color: 2 }),
    ),
    createReady(
      "a WebP of 99 megapixels",
      await drawGray(9_900, 10_000).webp({ effort: 0, quality: 30 }).toBuffer(),
    ),
    createReady(
      "a WebP without loss of 99 megapixels",
      await drawGray(9_900, 10_000).webp({ lossless: true, effort: 0 }).toBuffer(),
    ),
    createReady(
      "a PNG of 16 bits and 99 megapixels",
      buildPlainPng({ width: 9_900, height: 10_000, depth: 16, color: 0 }),
    ),
    createReady("an interlaced PNG of 99 megapixels", buildPlainPng({ ...DEAREST, depth: 8, color: 6 })),
    createReady(
      "an interlaced PNG of 16 bits and 69 megapixels",
      buildPlainPng({ width: 8_300, height: 8_300, depth: 16, color: 6, interlaced: true }),
    ),
    createReady("a GIF of 99 megapixels", await drawGray(9_900, 10_000).gif({ effort: 1 }).toBuffer()),
    createReady("a GIF of 990 frames of 0.1 megapixels", createGif(400, 250, 990)),
    createReady("a JPEG with 16 MB of profile", insertProfile(Buffer.from(await drawTestImage()))),
  ];
}

const DEAREST = { width: 9_900, height: 10_000, interlaced: true };

function buildExpensivePng(): Buffer {
  return buildPlainPng({ width: 9_900, height: 9_900, depth: 16, color: 0, interlaced: true });
}

/** A PNG of 80 bytes, most of whose pixels are missing. */
function buildEmptyPng(width: number, height: number): Buffer {
  const png = buildPlainPng({ width: 1, height: 1, depth: 8, color: 2 });
  const header = Buffer.from(png.subarray(16, 29));
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const pixels = deflateSync(Buffer.alloc(200_000));
  return Buffer.concat([
    png.subarray(0, 8),
    buildPngChunk("IHDR", header),
    buildPngChunk("IDAT", pixels.subarray(0, 23)),
    buildPngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function repeat(piece: Uint8Array, count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => piece));
}

/** The same JPEG with other numbers in its frame header. */
function setJpegSize(jpeg: Buffer, width: number, height: number): Buffer {
  const bytes = Buffer.from(jpeg);
  const header = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, header + 5);
  bytes.writeUInt16BE(width, header + 7);
  return bytes;
}

/** The last scan of a progressive JPEG again and again: each refines what is there by nothing. */
function repeatScans(jpeg: Buffer, count: number, between = Buffer.alloc(0)): Buffer {
  const scan = jpeg.subarray(jpeg.lastIndexOf(Buffer.from([0xff, 0xda])), jpeg.length - 2);
  return Buffer.concat([
    jpeg.subarray(0, -2),
    repeat(Buffer.concat([between, scan]), count),
    jpeg.subarray(-2),
  ]);
}

/** 255 segments of a profile, all of them full. */
function insertProfile(jpeg: Buffer): Buffer {
  const segments = Array.from({ length: 255 }, (_, index) => {
    const data = Buffer.concat([
      Buffer.from("ICC_PROFILE\0"),
      Buffer.from([index + 1, 255]),
      Buffer.alloc(65_000),
    ]);
    return Buffer.concat([Buffer.from([0xff, 0xe2, (data.length + 2) >> 8, (data.length + 2) & 0xff]), data]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** A GIF whose frames are one pixel each on a canvas of any size, or claim to fill it. */
function createGif(width: number, height: number, frames: number, filled = false): Buffer {
  const head = Buffer.from("GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff", "latin1");
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  const frame = Buffer.from("\x21\xf9\x04\0\x0a\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0", "latin1");
  if (filled) {
    frame.writeUInt16LE(width, 13);
    frame.writeUInt16LE(height, 15);
  }
  return Buffer.concat([head, repeat(frame, frames), Buffer.from(";")]);
}

async function buildMovingWebp(frames: number): Promise<Buffer> {
  const still = Buffer.from(await drawTestImage({ format: "webp", width: 16, height: 16 }));
  const picture = still.subarray(12);
  const frame = buildRiffChunk(
    "ANMF",
    Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 15, 0, 0, 15, 0, 0, 100, 0, 0, 0]), picture]),
  );
  const canvas = buildRiffChunk("VP8X", Buffer.from([2, 0, 0, 0, 15, 0, 0, 15, 0, 0]));
  const body = Buffer.concat([
    Buffer.from("WEBP"),
    canvas,
    buildRiffChunk("ANIM", Buffer.alloc(6)),
    repeat(frame, frames),
  ]);
  return buildRiffChunk("RIFF", body);
}

function buildRiffChunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, "latin1");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
