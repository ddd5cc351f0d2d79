import {
  createCodePointsTag,
  createCurveTag,
  createLookupTag,
  createMatrixTag,
  createParametricTag,
  createTextTag,
  createXyzTag,
} from "./icc-tags.js";
import { applyMatrix, composeMatrices, invertMatrix, type Matrix, type Triple } from "./matrix.js";
import { BT_2020, computeAdaptation, computeXyzMatrix, D50, type Primaries } from "./primaries.js";
import { createToneMapping, DEFAULT_PEAK } from "./tone-mapping.js";
import type { HdrTransfer, Transfer } from "./transfer-function.js";

/** The color space that a profile describes: primaries, with their white, and transfer function. */
export interface ColorDescription {
  readonly primaries: Primaries;
  readonly transfer: Transfer;
  /** Code points of ITU-T H.273 that say the same; absent: none do. */
  readonly codePoints?: readonly [primaries: number, transfer: number];
}

type Tags = readonly (readonly [signature: string, tag: Buffer])[];

/** Points along each side of the cube that a picture of high dynamic range is converted by. */
const GRID = 17;

/** Points of a curve that is not a power. */
const CURVE_POINTS = 1_024;

/**
 * Creates an ICC profile (ICC.1:2022) for a picture of three colors or of grays. High dynamic range is tone-mapped by it.
 * `undefined` if the primaries span no colors.
 */
export function createProfile(description: ColorDescription, model: "rgb" | "gray"): Buffer | undefined {
  const { primaries, transfer } = description;
  const toXyz = computeXyzMatrix(primaries);
  const adaptation = computeAdaptation(primaries.white);
  if (!toXyz || !adaptation) return undefined;
  const colors = model === "gray" ? createGrayTags(transfer) : createColorTags(toXyz, transfer);
  const connection = model === "rgb" && transfer.kind !== "curve" ? "Lab " : "XYZ ";
  return serializeProfile(`${model === "gray" ? "GRAY" : "RGB "}${connection}`, [
    ["desc", createTextTag("Colors of the original")],
    ["cprt", createTextTag("Public domain")],
    ["wtpt", createXyzTag(D50)],
    ["chad", createMatrixTag(adaptation)],
    ...colors,
    ...createCodePointsTags(description, model),
  ]);
}

function createGrayTags(transfer: Transfer): Tags {
  if (transfer.kind === "curve") return [["kTRC", createTransferTag(transfer)]];
  const toGray = createToneMapping(transfer, IDENTITY);
  const values = Array.from({ length: CURVE_POINTS }, (_, at) => {
    const signal = at / (CURVE_POINTS - 1);
    return toGray([signal, signal, signal])[0];
  });
  return [["kTRC", createCurveTag(values)]];
}

const IDENTITY: Matrix = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

function createColorTags(toXyz: Matrix, transfer: Transfer): Tags {
  if (transfer.kind !== "curve") return [["A2B0", createToneMappingTag(toXyz, transfer)]];
  const [x, y, z] = toXyz;
  const curve = createTransferTag(transfer);
  return [
    ["rXYZ", createXyzTag([x[0], y[0], z[0]])],
    ["gXYZ", createXyzTag([x[1], y[1], z[1]])],
    ["bXYZ", createXyzTag([x[2], y[2], z[2]])],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
}

function createTransferTag({ gamma, a, b, c, d }: Extract<Transfer, { kind: "curve" }>): Buffer {
  return createParametricTag([gamma, a, b, c, d]);
}

/** The cube holds CIE Lab: between its points the eye sees even steps. */
function createToneMappingTag(toXyz: Matrix, transfer: HdrTransfer): Buffer {
  const xyzOfBt2020 = computeXyzMatrix(BT_2020) ?? IDENTITY;
  const map = createToneMapping(transfer, composeMatrices(invertMatrix(xyzOfBt2020) ?? IDENTITY, toXyz));
  const cube = new Float64Array(GRID ** 3 * 3);
  const getSignal = (at: number) => (at % GRID) / (GRID - 1);
  for (let at = 0; at < GRID ** 3; at++) {
    const signals: Triple = [
      getSignal(Math.floor(at / GRID ** 2)),
      getSignal(Math.floor(at / GRID)),
      getSignal(at),
    ];
    cube.set(encodeLab(applyMatrix(xyzOfBt2020, map(signals))), at * 3);
  }
  return createLookupTag(GRID, cube);
}

/** From XYZ to CIE Lab in the 16 bits of a lut16Type (ICC.1:2022, 6.3.4.2 and annex A.3), as shares of 1. */
function encodeLab(xyz: Triple): Triple {
  const compute = (band: 0 | 1 | 2) => {
    const share = Math.max(xyz[band], 0) / D50[band];
    return share > 216 / 24_389 ? Math.cbrt(share) : ((24_389 / 27) * share + 16) / 116;
  };
  const [x, y, z] = [compute(0), compute(1), compute(2)];
  const encode = (value: number) => value * (256 / 65_535);
  return [encode((116 * y - 16) * 2.55), encode(500 * (x - y) + 128), encode(200 * (y - z) + 128)];
}

/** Viewers with a bright screen show such a picture by its code points; they do not know of a peak. */
function createCodePointsTags({ codePoints, transfer }: ColorDescription, model: "rgb" | "gray"): Tags {
  const isUsual = transfer.kind === "curve" || transfer.peak === DEFAULT_PEAK;
  return codePoints && isUsual && model === "rgb" ? [["cicp", createCodePointsTag(...codePoints)]] : [];
}

/** Lays out header, table and tags (ICC.1:2022, 7). Tags with the same bytes are stored once. */
function serializeProfile(spaces: string, tags: Tags): Buffer {
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const offsets = new Map<Buffer, number>();
  const bodies: Buffer[] = [];
  let end = 128 + table.length;
  for (const [index, [signature, tag]] of tags.entries()) {
    const offset = offsets.get(tag) ?? end;
    table.write(signature, 4 + index * 12, "latin1");
    table.writeUInt32BE(offset, 8 + index * 12);
    table.writeUInt32BE(tag.length, 12 + index * 12);
    if (offsets.has(tag)) continue;
    offsets.set(tag, offset);
    const padded = Buffer.concat([tag, Buffer.alloc(-tag.length & 3)]);
    bodies.push(padded);
    end += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(end, 0);
  header.writeUInt32BE(0x04400000, 8);
  header.write(`mntr${spaces}`, 12, "latin1");
  header.writeUInt16BE(2026, 24);
  header.writeUInt16BE(1, 26);
  header.writeUInt16BE(1, 28);
  header.write("acsp", 36, "latin1");
  createXyzTag(D50).copy(header, 68, 8);
  return Buffer.concat([header, table, ...bodies]);
}
