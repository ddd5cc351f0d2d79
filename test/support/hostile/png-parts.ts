import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** The facts in a PNG's header. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGB with alpha. */
  readonly color: number;
  readonly interlaced?: boolean;
}

/** A chunk with its checksum. */
export function buildPngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** A whole PNG of one color, with `extra` chunks between the header and the pixels. */
export function buildPlainPng(header: PngHeader, ...extra: readonly Uint8Array[]): Buffer {
  const { width, height, depth, color, interlaced = false } = header;
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  ihdr.set([depth, color, 0, 0, interlaced ? 1 : 0], 8);
  const channels = [1, 0, 3, 1, 2, 0, 4][color] ?? 1;
  const row = 1 + Math.ceil((width * depth * channels) / 8);
  // Claimed, not delivered, where nobody will get as far as the pixels.
  const rows = width * height > 200_000_000 ? 1 : height * (interlaced ? 2 : 1);
  const pixels = deflateSync(Buffer.alloc(row * rows), { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    buildPngChunk("IHDR", ihdr),
    ...(color === 3 ? [buildPngChunk("PLTE", Buffer.from([200, 30, 30, 30, 30, 200]))] : []),
    ...extra,
    buildPngChunk("IDAT", pixels),
    buildPngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A PNG with chunks put in right after its header. */
export function insertChunks(png: Uint8Array, ...chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

/** A compressed text or profile: `keyword NUL method data`. */
export function buildCompressedChunk(type: "zTXt" | "iCCP", keyword: string, data: Uint8Array): Buffer {
  return buildPngChunk(
    type,
    Buffer.concat([Buffer.from(`${keyword}\0\0`, "latin1"), deflateSync(data, { level: 9 })]),
  );
}
