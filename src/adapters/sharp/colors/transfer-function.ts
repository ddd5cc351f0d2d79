/**
 * From a signal of 0 to 1 to light: `(a x + b) ^ gamma` from `d` on, `c x` below (ICC.1:2022, 10.18, function type 3).
 */
export interface TransferCurve {
  readonly kind: "curve";
  readonly gamma: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** A transfer of high dynamic range: its light is brighter than the white of a page, and has to be tone-mapped. */
export interface HdrTransfer {
  readonly kind: "pq" | "hlg";
  /** The brightest light of the picture in cd/m2. */
  readonly peak: number;
}

export type Transfer = TransferCurve | HdrTransfer;

/** The power of a signal. */
export function createGamma(gamma: number): TransferCurve {
  return { kind: "curve", gamma, a: 1, b: 0, c: 0, d: 0 };
}

/** IEC 61966-2-1. */
export const SRGB_TRANSFER: TransferCurve = {
  kind: "curve",
  gamma: 2.4,
  a: 1 / 1.055,
  b: 0.055 / 1.055,
  c: 1 / 12.92,
  d: 0.04045,
};

/** SMPTE ST 240, backwards: `4 L` up to 0.0228, from there on `1.1115 L ^ 0.45 - 0.1115`. */
const SMPTE_240M: TransferCurve = {
  kind: "curve",
  gamma: 1 / 0.45,
  a: 1 / 1.1115,
  b: 0.1115 / 1.1115,
  c: 1 / 4,
  d: 0.0912,
};

/** SMPTE ST 428-1: 52.37 cd/m2 at the top, 48 of them white. */
const ST_428: TransferCurve = { ...createGamma(2.6), a: (52.37 / 48) ** (1 / 2.6) };

/** The display of pictures from cameras of BT.601, BT.709 and BT.2020 (ITU-R BT.1886). */
export const BT_1886 = createGamma(2.4);

/** Code points of ITU-T H.273, table 3, with the curves of BT.709's family. */
const VIDEO_CODE_POINTS: ReadonlySet<number> = new Set([1, 6, 11, 14, 15]);

const CURVES: Readonly<Record<number, TransferCurve>> = {
  4: createGamma(2.2),
  5: createGamma(2.8),
  7: SMPTE_240M,
  8: createGamma(1),
  13: SRGB_TRANSFER,
  17: ST_428,
};

const HDR_KINDS: Readonly<Record<number, HdrTransfer["kind"]>> = { 16: "pq", 18: "hlg" };

/** Inputs that a code point alone does not tell. */
export interface TransferContext {
  /** How pictures of this format with the curves of BT.709's family are shown. */
  readonly video: TransferCurve;
  /** As in {@link HdrTransfer}. */
  readonly peak: number;
}

/** Finds the transfer of a code point of ITU-T H.273, table 3; `undefined` for one that names none. */
export function findTransfer(codePoint: number, { video, peak }: TransferContext): Transfer | undefined {
  const kind = HDR_KINDS[codePoint];
  if (kind) return { kind, peak };
  return VIDEO_CODE_POINTS.has(codePoint) ? video : CURVES[codePoint];
}

/** Whether a transfer is sRGB's. */
export function isSrgbTransfer(transfer: Transfer): boolean {
  return transfer === SRGB_TRANSFER;
}
