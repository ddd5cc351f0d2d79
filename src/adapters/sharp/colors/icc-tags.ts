import type { Matrix, Triple } from "./matrix.js";

/* The parts of an ICC profile, by the numbers of ICC.1:2022. */

/** A text in English (10.15). */
export function createTextTag(text: string): Buffer {
  const tag = Buffer.alloc(28 + text.length * 2);
  tag.write("mluc", 0, "latin1");
  tag.writeUInt32BE(1, 8);
  tag.writeUInt32BE(12, 12);
  tag.write("enUS", 16, "latin1");
  tag.writeUInt32BE(text.length * 2, 20);
  tag.writeUInt32BE(28, 24);
  Buffer.from(text, "utf16le").swap16().copy(tag, 28);
  return tag;
}

/** One color in XYZ (10.31). */
export function createXyzTag(xyz: Triple): Buffer {
  return createNumbersTag("XYZ ", xyz);
}

/** The matrix of an adaptation (10.26 in 9.2.15). */
export function createMatrixTag(matrix: Matrix): Buffer {
  return createNumbersTag("sf32", matrix.flat());
}

/** A curve by its parameters: gamma, a, b, c and d of function type 3 (10.18). */
export function createParametricTag(parameters: readonly number[]): Buffer {
  const tag = createNumbersTag("para", [0, ...parameters]);
  tag.writeUInt16BE(3, 8);
  return tag;
}

/** A curve by its values from 0 to 1 at even distances (10.6). */
export function createCurveTag(values: readonly number[]): Buffer {
  const tag = Buffer.alloc(12 + values.length * 2);
  tag.write("curv", 0, "latin1");
  tag.writeUInt32BE(values.length, 8);
  for (const [at, value] of values.entries()) tag.writeUInt16BE(toUint16(value), 12 + at * 2);
  return tag;
}

/** The code points of ITU-T H.273 for the primaries and the transfer of RGB (10.5). */
export function createCodePointsTag(primaries: number, transfer: number): Buffer {
  const tag = Buffer.alloc(12);
  tag.write("cicp", 0, "latin1");
  tag.set([primaries, transfer, 0, 1], 8);
  return tag;
}

/**
 * From three numbers to three through a cube of points (10.10, lut16Type). `cube` has three numbers of 0 to 1 for each of its
 * points, `grid` along each side; the last of the numbers that go in changes fastest.
 */
export function createLookupTag(grid: number, cube: Float64Array): Buffer {
  const straight = [0, 1, 0, 1, 0, 1];
  const entries = [...straight, ...cube, ...straight];
  const tag = Buffer.alloc(52 + entries.length * 2);
  tag.write("mft2", 0, "latin1");
  tag.set([3, 3, grid], 8);
  for (const at of [0, 4, 8]) tag.writeInt32BE(65_536, 12 + at * 4);
  tag.writeUInt16BE(2, 48);
  tag.writeUInt16BE(2, 50);
  for (const [at, value] of entries.entries()) tag.writeUInt16BE(toUint16(value), 52 + at * 2);
  return tag;
}

/** Numbers with 16 binary places (4.6, s15Fixed16Number). */
function createNumbersTag(type: string, numbers: readonly number[]): Buffer {
  const tag = Buffer.alloc(8 + numbers.length * 4);
  tag.write(type, 0, "latin1");
  for (const [at, value] of numbers.entries()) tag.writeInt32BE(Math.round(value * 65_536), 8 + at * 4);
  return tag;
}

function toUint16(value: number): number {
  return Math.round(Math.min(Math.max(value, 0), 1) * 65_535);
}
