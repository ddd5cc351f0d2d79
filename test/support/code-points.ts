import { buildPngChunk } from "./image-blocks.js";

/** Puts chunks right after the header of a PNG. */
export function addChunks(png: Uint8Array, ...chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

/** A cICP chunk (PNG, third edition, 11.3.2.6). */
export function buildCicpChunk(primaries: number, transfer: number, matrix = 0, range = 1): Buffer {
  return buildPngChunk("cICP", Buffer.from([primaries, transfer, matrix, range]));
}

/** A gAMA chunk: the exponent that the pixels were made with. */
export function buildGammaChunk(exponent: number): Buffer {
  return buildPngChunk("gAMA", writeBigEndian([Math.round(exponent * 100_000)]));
}

/** A cHRM chunk: x and y of white, red, green and blue. */
export function buildPrimariesChunk(...numbers: readonly number[]): Buffer {
  return buildPngChunk("cHRM", writeBigEndian(numbers.map((number) => Math.round(number * 100_000))));
}

/** A cLLI chunk: the brightest light of the content in cd/m2. */
export function buildLightLevelChunk(peak: number): Buffer {
  return buildPngChunk("cLLI", writeBigEndian([peak * 10_000, 1_000_000]));
}

/** White, red, green and blue of Display P3. */
export const P3_PRIMARIES = [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06] as const;

/** White, red, green and blue of sRGB. */
export const SRGB_PRIMARIES = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06] as const;

function writeBigEndian(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, index * 4);
  return bytes;
}

/** The property of an AVIF that tells its colors by code points. */
export function buildNclxBox(primaries: number, transfer: number, matrix: number): Buffer {
  const content = Buffer.alloc(11);
  content.write("nclx", 0, "latin1");
  for (const [index, point] of [primaries, transfer, matrix].entries())
    content.writeUInt16BE(point, 4 + index * 2);
  content[10] = 0x80;
  return buildIsoBox("colr", content);
}

/** A content light level: the brightest light in cd/m2. */
export function buildLightLevelBox(peak: number): Buffer {
  return buildIsoBox("clli", Buffer.from([peak >> 8, peak & 0xff, 0, 100]));
}

function buildIsoBox(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
}

/** Adds properties to the picture of an AVIF as sharp writes it: one item, whose pixels lie behind all boxes. */
export function addProperties(avif: Uint8Array, ...boxes: readonly Buffer[]): Buffer {
  const bytes = Buffer.from(avif);
  const find = (type: string) => bytes.indexOf(type, 0, "latin1") - 4;
  const [ipco, ipma, iloc] = [find("ipco"), find("ipma"), find("iloc")];
  const ipcoEnd = ipco + bytes.readUInt32BE(ipco);
  const ipmaEnd = ipma + bytes.readUInt32BE(ipma);
  const known = countBoxes(bytes, ipco + 8, ipcoEnd);
  const indexes = boxes.map((_, index) => known + index + 1);
  const added = boxes.reduce((sum, box) => sum + box.length, 0);
  const grow = (at: number, by: number) => bytes.writeUInt32BE(bytes.readUInt32BE(at) + by, at);
  grow(ipco, added);
  grow(ipma, boxes.length);
  for (const type of ["meta", "iprp"]) grow(find(type), added + boxes.length);
  bytes[ipma + 18] = (bytes[ipma + 18] ?? 0) + boxes.length;
  // The base offset of the one item.
  grow(iloc + 20, added + boxes.length);
  return Buffer.concat([
    bytes.subarray(0, ipcoEnd),
    ...boxes,
    bytes.subarray(ipcoEnd, ipmaEnd),
    Buffer.from(indexes),
    bytes.subarray(ipmaEnd),
  ]);
}

function countBoxes(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += bytes.readUInt32BE(at)) count++;
  return count;
}

/** Code points that sharp writes into the sequence header of an AVIF: primaries, transfer and matrix. */
const WRITTEN_BY_SHARP = [1, 13, 6] as const;

/** The pixels lie at the end, and begin with the sequence header. */
const HEADER_BITS = 300;

/** An AVIF by sharp, which tells its colors among its pixels alone, with other code points there. */
export function replaceSequenceColors(avif: Uint8Array, primaries: number, transfer: number): Buffer {
  const bytes = Buffer.from(avif);
  const start = (bytes.indexOf("mdat", 0, "latin1") + 4) * 8;
  const readByte = (bit: number) => (bytes.readUInt16BE(bit >> 3) >> (8 - (bit & 7))) & 0xff;
  const writeByte = (bit: number, value: number) => {
    const shift = 8 - (bit & 7);
    const kept = bytes.readUInt16BE(bit >> 3) & ~(0xff << shift) & 0xffff;
    bytes.writeUInt16BE(kept | (value << shift), bit >> 3);
  };
  for (let bit = start; bit < start + HEADER_BITS; bit++) {
    if (!WRITTEN_BY_SHARP.every((point, index) => readByte(bit + index * 8) === point)) continue;
    writeByte(bit, primaries);
    writeByte(bit + 8, transfer);
    return bytes;
  }
  throw new Error("found no code points in the sequence header");
}
