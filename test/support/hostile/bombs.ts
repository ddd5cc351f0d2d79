import { deflateSync } from "node:zlib";
import { chunk as badChunk, webpBomb } from "../handmade-images.js";
import { testImage } from "../images.js";
import type { HostileImage } from "./hostile-image.js";
import { jpegOfManyScans } from "./many-scans.js";
import { compressedChunk, plainPng, pngChunk, withChunks } from "./png-parts.js";

const MEGABYTE = 1_000_000;

/** Files of at most a few megabytes that cost gigabytes or minutes where they are decoded. */
export async function bombs(): Promise<readonly HostileImage[]> {
  const jpeg = Buffer.from(await testImage({ width: 640, height: 480 }));
  const progressive = Buffer.from(await testImage({ progressive: true }));
  const png = await testImage({ format: "png" });
  const zeros = Buffer.alloc(120 * MEGABYTE);
  const bomb = (name: string, bytes: Uint8Array, says: RegExp): HostileImage => ({
    name,
    bytes,
    outcome: "too-large",
    says,
    bomb: true,
  });
  return [
    bomb("a WebP of 36 bytes and 268 megapixels", webpBomb(), /pixel limit|pixels/),
    bomb("a JPEG whose header claims 4 gigapixels", sizedJpeg(jpeg, 65_500, 65_500), /pixel/),
    bomb(
      "a PNG that claims 900 megapixels",
      plainPng({ width: 30_000, height: 30_000, depth: 1, color: 0 }),
      /pixel/,
    ),
    {
      ...bomb(
        "a PNG of one endless row",
        plainPng({ width: 2_147_483_647, height: 1, depth: 1, color: 0 }),
        /header/,
      ),
      outcome: "corrupt-image",
    },
    bomb("a GIF of 4 gigapixels", createGif(65_535, 65_535, 1, true), /pixel/),
    bomb("a GIF of 2,000 small frames", createGif(8, 8, 2_000), /frames/),
    bomb("a GIF of 900 frames of a megapixel", createGif(1_000, 1_000, 900), /pixels/),
    bomb("a WebP of 1,500 frames", await movingWebp(1_500), /frames/),
    bomb("a JPEG of 2,647 scans", scans(progressive, 2_647), /scans/),
    bomb("a JPEG of 127 legal scans and 99 megapixels", jpegOfManyScans(9_900, 10_000, 127), /scans/),
    bomb(
      "a JPEG of 101 scans with junk between them",
      scans(progressive, 101, Buffer.from([0, 0xff, 0])),
      /scans/,
    ),
    bomb(
      "a PNG of 200,000 chunks",
      withChunks(png, repeated(pngChunk("tEXt", Buffer.from("a\0b")), 200_000)),
      /chunks/,
    ),
    bomb(
      "a PNG of 5,000 empty pixel chunks",
      withChunks(png, repeated(badChunk("IDAT", Buffer.alloc(0)), 5_000)),
      /chunks/,
    ),
    bomb(
      "a PNG whose text inflates to 120 MB",
      withChunks(png, compressedChunk("zTXt", "Comment", zeros)),
      /inflate/,
    ),
    bomb(
      "a PNG whose profile inflates to 120 MB",
      withChunks(png, compressedChunk("iCCP", "icc", zeros)),
      /inflate/,
    ),
    bomb(
      "a PNG whose international text inflates to 120 MB",
      withChunks(
        png,
        pngChunk("iTXt", Buffer.concat([Buffer.from("Comment\0\x01\0\0\0", "latin1"), deflateSync(zeros)])),
      ),
      /inflate/,
    ),
    bomb(
      "a PNG of 900 texts that inflate to 1 MB each",
      withChunks(png, repeated(compressedChunk("zTXt", "Comment", zeros.subarray(0, MEGABYTE)), 900)),
      /inflate/,
    ),
    bomb("an interlaced PNG of 16 bits and 98 megapixels", dearPng(), /memory to decode/),
  ];
}

/** Files at the limits: allowed, so they must be carried through in bounded time and memory. */
export async function heavyweights(): Promise<readonly HostileImage[]> {
  const { default: sharp } = await import("sharp");
  const gray = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "#467" }, limitInputPixels: false });
  const ready = (name: string, bytes: Uint8Array): HostileImage => ({ name, bytes, outcome: "ready" });
  const progressive = await gray(9_900, 10_000).jpeg({ progressive: true, quality: 40 }).toBuffer();
  return [
    ready("a JPEG of 99 megapixels", await gray(9_900, 10_000).jpeg({ quality: 40 }).toBuffer()),
    ready("a progressive JPEG of 99 megapixels", progressive),
    ready("a progressive JPEG of 99 megapixels and 100 scans", jpegOfManyScans(9_900, 10_000, 100)),
    ready("a PNG of 99 megapixels", plainPng({ width: 9_900, height: 10_000, depth: 8, color: 2 })),
    ready("a WebP of 99 megapixels", await gray(9_900, 10_000).webp({ effort: 0, quality: 30 }).toBuffer()),
    ready(
      "a WebP without loss of 99 megapixels",
      await gray(9_900, 10_000).webp({ lossless: true, effort: 0 }).toBuffer(),
    ),
    ready(
      "a PNG of 16 bits and 99 megapixels",
      plainPng({ width: 9_900, height: 10_000, depth: 16, color: 0 }),
    ),
    ready("an interlaced PNG of 99 megapixels", plainPng({ ...DEAREST, depth: 8, color: 6 })),
    ready(
      "an interlaced PNG of 16 bits and 69 megapixels",
      plainPng({ width: 8_300, height: 8_300, depth: 16, color: 6, interlaced: true }),
    ),
    ready("a GIF of 99 megapixels", await gray(9_900, 10_000).gif({ effort: 1 }).toBuffer()),
    ready("a GIF of 990 frames of 0.1 megapixels", createGif(400, 250, 990)),
    ready("a JPEG with 16 MB of profile", withProfile(Buffer.from(await testImage()))),
  ];
}

const DEAREST = { width: 9_900, height: 10_000, interlaced: true };

function dearPng(): Buffer {
  return plainPng({ width: 9_900, height: 9_900, depth: 16, color: 0, interlaced: true });
}

function repeated(piece: Uint8Array, count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => piece));
}

/** The same JPEG with other numbers in its frame header. */
function sizedJpeg(jpeg: Buffer, width: number, height: number): Buffer {
  const bytes = Buffer.from(jpeg);
  const header = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, header + 5);
  bytes.writeUInt16BE(width, header + 7);
  return bytes;
}

/** The last scan of a progressive JPEG again and again: each refines what is there by nothing. */
function scans(jpeg: Buffer, count: number, between = Buffer.alloc(0)): Buffer {
  const scan = jpeg.subarray(jpeg.lastIndexOf(Buffer.from([0xff, 0xda])), jpeg.length - 2);
  return Buffer.concat([
    jpeg.subarray(0, -2),
    repeated(Buffer.concat([between, scan]), count),
    jpeg.subarray(-2),
  ]);
}

/** 255 segments of a profile, all of them full. */
function withProfile(jpeg: Buffer): Buffer {
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
  return Buffer.concat([head, repeated(frame, frames), Buffer.from(";")]);
}

async function movingWebp(frames: number): Promise<Buffer> {
  const still = Buffer.from(await testImage({ format: "webp", width: 16, height: 16 }));
  const picture = still.subarray(12);
  const frame = riffChunk(
    "ANMF",
    Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 15, 0, 0, 15, 0, 0, 100, 0, 0, 0]), picture]),
  );
  const canvas = riffChunk("VP8X", Buffer.from([2, 0, 0, 0, 15, 0, 0, 15, 0, 0]));
  const body = Buffer.concat([
    Buffer.from("WEBP"),
    canvas,
    riffChunk("ANIM", Buffer.alloc(6)),
    repeated(frame, frames),
  ]);
  return riffChunk("RIFF", body);
}

function riffChunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, "latin1");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
