import type { Scaling } from "../../src/domain/model/geometry.js";

/** Pixels of three bands, rows from the top. */
export interface Pixels {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

const LOBES = 3;
const BANDS = 3;

/** The kernel: sinc(x) sinc(x / 3) within three lobes (Duchon, "Lanczos Filtering in One and Two Dimensions", 1979). */
function computeLanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}

/** By output pixel: the first input pixel that it takes from, and how much of each. */
function computeWeights(from: number, to: number, scale: number): { first: number; shares: number[] }[] {
  const before = (from - to * scale) / 2;
  const stretch = Math.max(1, scale);
  return Array.from({ length: to }, (_, at) => {
    const center = before + (at + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - LOBES * stretch));
    const last = Math.min(from, Math.ceil(center + LOBES * stretch));
    const raw = Array.from({ length: last - first }, (__, place) =>
      computeLanczos((first + place + 0.5 - center) / stretch),
    );
    const sum = raw.reduce((total, value) => total + value, 0);
    return { first, shares: raw.map((value) => value / sum) };
  });
}

/**
 * Scales without a shortcut: every pixel counts, in floating point from end to end. Where one side says the scale of both,
 * what the other side's rounding adds or takes lies half before and half behind.
 */
export function scaleExactly(
  { data, width, height }: Pixels,
  { resize: to, scaledBy }: Scaling,
): Float32Array {
  const scale = { width: width / to.width, height: height / to.height };
  const rows = new Float32Array(to.width * height * BANDS);
  for (const [x, { first, shares }] of computeWeights(width, to.width, scale[scaledBy ?? "width"]).entries())
    for (let y = 0; y < height; y++)
      for (let band = 0; band < BANDS; band++) {
        let sum = 0;
        for (let at = 0; at < shares.length; at++)
          sum += (shares[at] ?? 0) * (data[(y * width + first + at) * BANDS + band] ?? 0);
        rows[(y * to.width + x) * BANDS + band] = sum;
      }
  const line = to.width * BANDS;
  const result = new Float32Array(line * to.height);
  for (const [y, { first, shares }] of computeWeights(
    height,
    to.height,
    scale[scaledBy ?? "height"],
  ).entries())
    for (let x = 0; x < line; x++) {
      let sum = 0;
      for (let at = 0; at < shares.length; at++)
        sum += (shares[at] ?? 0) * (rows[(first + at) * line + x] ?? 0);
      result[y * line + x] = Math.min(255, Math.max(0, sum));
    }
  return result;
}

/** Peak signal-to-noise ratio in decibels: 10 log10(255^2 / mean squared error). */
export function computePsnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let squares = 0;
  for (let at = 0; at < a.length; at++) squares += ((a[at] ?? 0) - (b[at] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / Math.max(squares / a.length, 1e-3));
}
