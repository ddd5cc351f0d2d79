import {
  applyMatrix,
  composeMatrices,
  invertMatrix,
  type Matrix,
  scaleColumns,
  type Triple,
} from "./matrix.js";

/** A color without its lightness: x and y of CIE 1931. */
export type Chromaticity = readonly [x: number, y: number];

/** The colors that a picture's red, green and blue, and all of them together, stand for. */
export interface Primaries {
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
  readonly white: Chromaticity;
}

const D65: Chromaticity = [0.3127, 0.329];
const ILLUMINANT_C: Chromaticity = [0.31, 0.316];

/** Of sRGB too. */
export const BT_709: Primaries = { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: D65 };

export const BT_2020: Primaries = {
  red: [0.708, 0.292],
  green: [0.17, 0.797],
  blue: [0.131, 0.046],
  white: D65,
};

const SMPTE_170M: Primaries = { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: D65 };

/** The code points of ITU-T H.273, table 2, that name primaries. */
const CODE_POINTS: Readonly<Record<number, Primaries>> = {
  1: BT_709,
  4: { red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: ILLUMINANT_C },
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: D65 },
  6: SMPTE_170M,
  7: SMPTE_170M,
  8: { red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049], white: ILLUMINANT_C },
  9: BT_2020,
  10: { red: [1, 0], green: [0, 1], blue: [0, 0], white: [1 / 3, 1 / 3] },
  11: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.314, 0.351] },
  12: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: D65 },
  22: { red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077], white: D65 },
};

/** Finds the primaries of a code point; `undefined` for one that names none. */
export function findPrimaries(codePoint: number): Primaries | undefined {
  return CODE_POINTS[codePoint];
}

/** The white of ICC's profile connection space (ICC.1:2022, 7.2.16). */
export const D50: Triple = [0.9642, 1, 0.8249];

/** To the responses of the eye's cones that Bradford's adaptation scales (ICC.1:2022, annex E). */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** No white and no primary that the eye sees leads to a larger factor. */
const MAX_FACTOR = 100;

/** Computes the matrix that adapts XYZ under a white to D50; `undefined` for what is no white. */
export function computeAdaptation(white: Chromaticity): Matrix | undefined {
  const xyz = toXyz(white);
  const back = invertMatrix(BRADFORD);
  if (!xyz || !back) return undefined;
  const [from, to] = [applyMatrix(BRADFORD, xyz), applyMatrix(BRADFORD, D50)];
  const scales: Triple = [to[0] / from[0], to[1] / from[1], to[2] / from[2]];
  return scales.every((scale) => scale > 0 && scale < MAX_FACTOR)
    ? composeMatrices(scaleColumns(back, scales), BRADFORD)
    : undefined;
}

/** Computes the matrix from light of these primaries to XYZ under D50; `undefined` if they span no colors. */
export function computeXyzMatrix({ red, green, blue, white }: Primaries): Matrix | undefined {
  const adaptation = computeAdaptation(white);
  const whiteXyz = toXyz(white);
  const columns = toColumns(red, green, blue);
  const inverse = invertMatrix(columns);
  if (!adaptation || !whiteXyz || !inverse) return undefined;
  const toXyzOfD50 = composeMatrices(adaptation, scaleColumns(columns, applyMatrix(inverse, whiteXyz)));
  return toXyzOfD50.flat().every((factor) => Math.abs(factor) < MAX_FACTOR) ? toXyzOfD50 : undefined;
}

/** Whether two sets of primaries are the same, but for rounding. */
export function isSamePrimaries(a: Primaries, b: Primaries): boolean {
  return (["red", "green", "blue", "white"] as const).every(
    (name) => Math.hypot(a[name][0] - b[name][0], a[name][1] - b[name][1]) < 0.001,
  );
}

function toXyz([x, y]: Chromaticity): Triple | undefined {
  return y > 0 ? [x / y, 1, (1 - x - y) / y] : undefined;
}

function toColumns(...[a, b, c]: readonly [Chromaticity, Chromaticity, Chromaticity]): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [1 - a[0] - a[1], 1 - b[0] - b[1], 1 - c[0] - c[1]],
  ];
}
