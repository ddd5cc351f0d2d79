type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** A color space of three primaries, as its profile states it: rows of red, green and blue in XYZ under D50. */
export interface ColorSpace {
  readonly name: string;
  /** Columns are the primaries. */
  readonly toXyz: Matrix;
  /** From a number of 0 to 1 to light, and back. */
  readonly toLight: (value: number) => number;
  readonly fromLight: (light: number) => number;
}

const decodeSrgb = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const encodeSrgb = (light: number) =>
  light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;

/** Adapted to D50 by Bradford from the primaries of IEC 61966-2-1, of DCI P3 with D65, and of Adobe RGB (1998). */
export const SRGB: ColorSpace = {
  name: "sRGB",
  toXyz: [
    [0.4360747, 0.3850649, 0.1430804],
    [0.2225045, 0.7168786, 0.0606169],
    [0.0139322, 0.0971045, 0.7141733],
  ],
  toLight: decodeSrgb,
  fromLight: encodeSrgb,
};

export const DISPLAY_P3: ColorSpace = {
  name: "Display P3",
  toXyz: [
    [0.5151187, 0.2919778, 0.1571035],
    [0.2411892, 0.6922441, 0.0665668],
    [-0.0010505, 0.0418791, 0.7840713],
  ],
  toLight: decodeSrgb,
  fromLight: encodeSrgb,
};

const ADOBE_GAMMA = 563 / 256;

export const ADOBE_RGB: ColorSpace = {
  name: "Adobe RGB (1998)",
  toXyz: [
    [0.6097559, 0.2052401, 0.149224],
    [0.3111242, 0.625656, 0.0632197],
    [0.0194811, 0.0608902, 0.7448387],
  ],
  toLight: (value) => value ** ADOBE_GAMMA,
  fromLight: (light) => light ** (1 / ADOBE_GAMMA),
};

/** The numbers of 0 to 255 that mean the same color in the other space; beyond its gamut they leave that range. */
export function convertColor(color: readonly number[], from: ColorSpace, to: ColorSpace): Triple {
  const light = multiply(invert(to.toXyz), toXyzColor(color, from));
  const toNumber = (value: number) => 255 * Math.sign(value) * to.fromLight(Math.abs(value));
  return [toNumber(light[0]), toNumber(light[1]), toNumber(light[2])];
}

/** How far two colors of one space look apart: CIE 1976 delta E. */
export function computeDeltaE(a: readonly number[], b: readonly number[], space: ColorSpace): number {
  const [one, two] = [toLab(a, space), toLab(b, space)];
  return Math.hypot(one[0] - two[0], one[1] - two[1], one[2] - two[2]);
}

/** An ICC profile of version 2 for the space: primaries and curves only (ICC.1:2001-04). */
export function buildIccProfile(space: ColorSpace): Buffer {
  const [x, y, z] = space.toXyz;
  const buildColumn = (index: 0 | 1 | 2) => buildXyzTag(x[index], y[index], z[index]);
  const curve = buildCurveTag(space);
  const tags: readonly (readonly [string, Buffer])[] = [
    ["desc", buildDescriptionTag(space.name)],
    ["cprt", Buffer.from("text\0\0\0\0none\0", "latin1")],
    ["wtpt", buildXyzTag(0.9642, 1, 0.8249)],
    ["rXYZ", buildColumn(0)],
    ["gXYZ", buildColumn(1)],
    ["bXYZ", buildColumn(2)],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const bodies: Buffer[] = [];
  let at = 128 + table.length;
  for (const [index, [signature, body]] of tags.entries()) {
    table.write(signature, 4 + index * 12, "latin1");
    table.writeUInt32BE(at, 8 + index * 12);
    table.writeUInt32BE(body.length, 12 + index * 12);
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    bodies.push(padded);
    at += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x02400000, 8);
  header.write("mntrRGB XYZ ", 12, "latin1");
  header.write("acsp", 36, "latin1");
  buildXyzTag(0.9642, 1, 0.8249).copy(header, 68, 8);
  return Buffer.concat([header, table, ...bodies]);
}

function buildXyzTag(x: number, y: number, z: number): Buffer {
  const tag = Buffer.alloc(20);
  tag.write("XYZ ", 0, "latin1");
  for (const [index, value] of [x, y, z].entries())
    tag.writeInt32BE(Math.round(value * 65_536), 8 + index * 4);
  return tag;
}

function buildCurveTag({ toLight }: ColorSpace): Buffer {
  const points = 1_024;
  const tag = Buffer.alloc(12 + points * 2);
  tag.write("curv", 0, "latin1");
  tag.writeUInt32BE(points, 8);
  for (let index = 0; index < points; index++)
    tag.writeUInt16BE(Math.round(65_535 * toLight(index / (points - 1))), 12 + index * 2);
  return tag;
}

function buildDescriptionTag(name: string): Buffer {
  const tag = Buffer.alloc(12 + name.length + 1 + 78);
  tag.write("desc", 0, "latin1");
  tag.writeUInt32BE(name.length + 1, 8);
  tag.write(name, 12, "latin1");
  return tag;
}

function toXyzColor(color: readonly number[], { toXyz, toLight }: ColorSpace): Triple {
  const computeLight = (index: number) => toLight((color[index] ?? 0) / 255);
  return multiply(toXyz, [computeLight(0), computeLight(1), computeLight(2)]);
}

function toLab(color: readonly number[], space: ColorSpace): Triple {
  const [x, y, z] = toXyzColor(color, space);
  const compress = (value: number) =>
    value > 216 / 24_389 ? Math.cbrt(value) : ((24_389 / 27) * value + 16) / 116;
  const [fx, fy, fz] = [compress(x / 0.9642), compress(y), compress(z / 0.8249)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

function multiply([a, b, c]: Matrix, [x, y, z]: Triple): Triple {
  const multiplyRow = (r: Triple) => r[0] * x + r[1] * y + r[2] * z;
  return [multiplyRow(a), multiplyRow(b), multiplyRow(c)];
}

function invert([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const divide = (value: number) => value / determinant;
  return [
    [divide(e * i - f * h), divide(c * h - b * i), divide(b * f - c * e)],
    [divide(f * g - d * i), divide(a * i - c * g), divide(c * d - a * f)],
    [divide(d * h - e * g), divide(b * g - a * h), divide(a * e - b * d)],
  ];
}
