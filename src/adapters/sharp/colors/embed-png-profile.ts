import { crc32, inflateSync } from "node:zlib";
import { createProfileChunk } from "../create-png-chunk.js";
import { type ColorDescription, createProfile } from "./icc-profile.js";
import { BT_709, D50, findPrimaries, isSamePrimaries, type Primaries } from "./primaries.js";
import { DEFAULT_PEAK } from "./tone-mapping.js";
import {
  BT_1886,
  createGamma,
  findTransfer,
  isSrgbTransfer,
  type TransferCurve,
} from "./transfer-function.js";

/** A chunk that says something about colors. */
interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly data: DataView;
}

/** The chunks that say how colors are meant. A copy with a profile has no other: the decoder would weigh them anew. */
const COLOR_CHUNKS: ReadonlySet<string> = new Set(["cICP", "iCCP", "sRGB", "gAMA", "cHRM", "cLLI", "mDCV"]);

const HEADER_END = 33;

/**
 * The gamma that writers of sRGB note for readers that know nothing better (PNG, third edition, 11.3.2.5), and the share by
 * which it may be missed.
 */
const GAMMA_OF_SRGB = { value: 45_455, tolerance: 0.05 };

/** Values beyond are mistakes. As in libpng. */
const GAMMA_LIMITS = { least: 16, most: 625_000_000 };

/**
 * Puts an ICC profile into a copy of a PNG whose colors are told by code points or numbers: libvips reads profiles alone.
 * Of several statements the first of cICP, iCCP, sRGB, and gAMA with cHRM counts (PNG, third edition, 4.3). Returns the bytes
 * themselves if a profile would say nothing new.
 */
export function embedPngProfile(bytes: Uint8Array): Uint8Array {
  const chunks = readColorChunks(bytes);
  if (chunks.size === 0) return bytes;
  const description = describeColors(chunks);
  if (!description) return bytes;
  if (isSrgb(description)) return chunks.has("iCCP") ? replaceColorChunks(bytes, chunks) : bytes;
  // Of grays only the transfer tells anything, and a profile for three colors would be refused.
  const isGray = ((bytes[25] ?? 0) & 2) === 0;
  if (isGray && isSrgbTransfer(description.transfer)) return bytes;
  const profile = createProfile(description, isGray ? "gray" : "rgb");
  return profile ? replaceColorChunks(bytes, chunks, createProfileChunk(profile)) : bytes;
}

/** Reads the color chunks before the palette and the pixels; later, repeated and damaged ones do not count. */
function readColorChunks(bytes: Uint8Array): ReadonlyMap<string, Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = new Map<string, Chunk>();
  for (let start = HEADER_END; start + 12 <= bytes.length; ) {
    const length = view.getUint32(start);
    const end = start + 12 + length;
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    if (type === "PLTE" || type === "IDAT" || end > bytes.length) break;
    if (COLOR_CHUNKS.has(type) && !chunks.has(type) && isWhole(bytes.subarray(start, end)))
      chunks.set(type, { start, end, data: new DataView(view.buffer, view.byteOffset + start + 8, length) });
    start = end;
  }
  return chunks;
}

function isWhole(chunk: Uint8Array): boolean {
  const checksum = new DataView(chunk.buffer, chunk.byteOffset + chunk.length - 4, 4).getUint32(0);
  return crc32(chunk.subarray(4, -4)) === checksum;
}

/** Describes the colors by the first statement that is understood; `undefined` if that is a profile, or there is none. */
function describeColors(chunks: ReadonlyMap<string, Chunk>): ColorDescription | undefined {
  const byCodePoints = readCodePoints(chunks);
  if (byCodePoints) return byCodePoints;
  const gamma = chunks.get("gAMA")?.data;
  // Whether another statement is one matters only where this would count in its place.
  if (!gamma || hasProfile(chunks.get("iCCP")) || hasIntent(chunks.get("sRGB"))) return undefined;
  // As in browsers, primaries count beside a gamma only.
  const primaries = readPrimaries(chunks.get("cHRM")?.data);
  const transfer = readGamma(gamma, primaries);
  return transfer && { primaries: primaries ?? BT_709, transfer };
}

/** The largest profile that is looked into; larger ones are refused anyway. */
const MAX_PROFILE_BYTES = 4_000_000;

/** Whether an iCCP chunk holds a profile under D50, as every reader asks (ICC.1:2022, 7.2). */
function hasProfile(chunk: Chunk | undefined): boolean {
  if (!chunk) return false;
  const { buffer, byteOffset, byteLength } = chunk.data;
  const data = Buffer.from(buffer, byteOffset, byteLength);
  try {
    const start = data.indexOf(0) + 2;
    const profile = inflateSync(data.subarray(start), { maxOutputLength: MAX_PROFILE_BYTES });
    const white = D50.every(
      (value, at) => Math.abs(profile.readInt32BE(68 + at * 4) / 65_536 - value) < 0.01,
    );
    return profile.toString("latin1", 36, 40) === "acsp" && profile.length >= MIN_PROFILE_BYTES && white;
  } catch {
    return false;
  }
}

/** A header and the number of tags. */
const MIN_PROFILE_BYTES = 132;

/** Whether an sRGB chunk names one of the four intents. */
function hasIntent(chunk: Chunk | undefined): boolean {
  return chunk?.data.byteLength === 1 && chunk.data.getUint8(0) < 4;
}

/** Browsers pass over a narrow range and over code points that say nothing: another statement counts then. */
function readCodePoints(chunks: ReadonlyMap<string, Chunk>): ColorDescription | undefined {
  const data = chunks.get("cICP")?.data;
  if (data?.byteLength !== 4) return undefined;
  const [primaries, transfer, matrix, range] = [0, 1, 2, 3].map((at) => data.getUint8(at));
  if (matrix !== 0 || range !== 1 || primaries === undefined || transfer === undefined) return undefined;
  const known = {
    primaries: findPrimaries(primaries),
    transfer: findTransfer(transfer, { video: BT_1886, peak: readPeak(chunks) }),
  };
  if (!known.primaries || !known.transfer) return undefined;
  return { primaries: known.primaries, transfer: known.transfer, codePoints: [primaries, transfer] };
}

/** The brightest light of the content, or else of the display that it was mastered on; both in 0.0001 cd/m2. */
function readPeak(chunks: ReadonlyMap<string, Chunk>): number {
  const content = chunks.get("cLLI")?.data;
  const display = chunks.get("mDCV")?.data;
  const peak =
    (content?.byteLength === 8 && content.getUint32(0)) ||
    (display?.byteLength === 24 && display.getUint32(16)) ||
    DEFAULT_PEAK * 10_000;
  return peak / 10_000;
}

function readPrimaries(data: DataView | undefined): Primaries | undefined {
  if (data?.byteLength !== 32) return undefined;
  const read = (at: number) => [data.getUint32(at) / 100_000, data.getUint32(at + 4) / 100_000] as const;
  return { white: read(0), red: read(8), green: read(16), blue: read(24) };
}

function readGamma(data: DataView, primaries: Primaries | undefined): TransferCurve | undefined {
  if (data.byteLength !== 4) return undefined;
  const gamma = data.getUint32(0);
  if (gamma < GAMMA_LIMITS.least || gamma > GAMMA_LIMITS.most) return undefined;
  // As in browsers, it is the note of a writer of sRGB where it stands alone.
  const { value, tolerance } = GAMMA_OF_SRGB;
  if (!primaries && Math.abs(gamma / value - 1) < tolerance) return undefined;
  return createGamma(100_000 / gamma);
}

function isSrgb({ primaries, transfer }: ColorDescription): boolean {
  return isSrgbTransfer(transfer) && isSamePrimaries(primaries, BT_709);
}

/** Copies a PNG without its color chunks, and with `profile` after its header. */
function replaceColorChunks(
  bytes: Uint8Array,
  chunks: ReadonlyMap<string, Chunk>,
  profile: Uint8Array = new Uint8Array(),
): Uint8Array {
  const pieces = [bytes.subarray(0, HEADER_END), profile];
  let at = HEADER_END;
  for (const { start, end } of chunks.values()) {
    pieces.push(bytes.subarray(at, start));
    at = end;
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]);
}
