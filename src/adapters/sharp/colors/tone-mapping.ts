import { applyMatrix, type Matrix, type Triple } from "./matrix.js";
import type { HdrTransfer } from "./transfer-function.js";

/** The white of a page beside pictures of high dynamic range, in cd/m2 (ITU-R BT.2408, 2.1). All light here is in units of it. */
const REFERENCE_WHITE = 203;

/** The peak of a picture that does not tell its own, in cd/m2: that of HLG's nominal display (ITU-R BT.2100, table 5). */
export const DEFAULT_PEAK = 1_000;

/** The highest peak, that of PQ's signal. */
const MAX_PEAK = 10_000;

/** The share of light of BT.2020 that its luminance is (ITU-R BT.2020, table 4). */
const LUMINANCE: Triple = [0.2627, 0.678, 0.0593];

/** The exponent of HLG's nominal display (ITU-R BT.2100, table 5). */
const HLG_SYSTEM_GAMMA = 1.2;

/** Maps a color's signals to light of BT.2020 that a page can show: 0 to 1. */
export type ToneMapping = (signals: Triple) => Triple;

/** Creates the mapping of a transfer; `toBt2020` converts light of the picture's primaries. */
export function createToneMapping({ kind, peak }: HdrTransfer, toBt2020: Matrix): ToneMapping {
  const decode = kind === "pq" ? decodePq : decodeHlg;
  const map = createToneCurve(Math.min(Math.max(peak, REFERENCE_WHITE), MAX_PEAK) / REFERENCE_WHITE);
  return (signals) => {
    const decoded = applyMatrix(toBt2020, [decode(signals[0]), decode(signals[1]), decode(signals[2])]);
    const light = kind === "pq" ? decoded : showHlg(decoded);
    // One factor for all three keeps the hue.
    const brightest = Math.max(...light, 1e-9);
    const factor = map(brightest) / brightest;
    return [light[0] * factor, light[1] * factor, light[2] * factor];
  };
}

/** SMPTE ST 2084, 5.2. */
function decodePq(signal: number): number {
  const power = Math.max(signal, 0) ** (32 / 2_523);
  const share = (Math.max(power - 107 / 128, 0) / (2_413 / 128 - (2_392 / 128) * power)) ** (16_384 / 2_610);
  return (MAX_PEAK / REFERENCE_WHITE) * share;
}

/** The light before the camera, 0 to 1 (ITU-R BT.2100, table 5). */
function decodeHlg(signal: number): number {
  const a = 0.17883277;
  const b = 1 - 4 * a;
  const c = 0.5 - a * Math.log(4 * a);
  return signal <= 0.5 ? Math.max(signal, 0) ** 2 / 3 : (Math.exp((signal - c) / a) + b) / 12;
}

/** The light of HLG's nominal display (ITU-R BT.2100, table 5, OOTF). */
function showHlg(scene: Triple): Triple {
  const luminance = scene[0] * LUMINANCE[0] + scene[1] * LUMINANCE[1] + scene[2] * LUMINANCE[2];
  const factor = (DEFAULT_PEAK / REFERENCE_WHITE) * Math.max(luminance, 0) ** (HLG_SYSTEM_GAMMA - 1);
  return [scene[0] * factor, scene[1] * factor, scene[2] * factor];
}

/**
 * The reference white tone mapping operator of SMPTE ST 2094-50, which browsers apply, for a page without headroom. Up
 * to the reference white light is dimmed evenly, by half if the peak is 1,000 cd/m2 or more; from there to the peak
 * a quadratic Bezier curve leads to the white of the page.
 */
function createToneCurve(peak: number): (light: number) => number {
  const headroom = Math.min(Math.log2(peak) / Math.log2(DEFAULT_PEAK / REFERENCE_WHITE), 1);
  const white = 1 - headroom / 2;
  const middle = { light: 0.35 + 0.65 / white, shown: 0.35 * white + 0.65 };
  // The curve is a t^2 + b t + start in both directions.
  const light = { a: peak - 2 * middle.light + 1, b: 2 * (middle.light - 1) };
  const shown = { a: 1 - 2 * middle.shown + white, b: 2 * (middle.shown - white) };
  return (value) => {
    if (value <= 1) return value * white;
    if (value >= peak) return 1;
    const t = (2 * (value - 1)) / (light.b + Math.sqrt(light.b ** 2 + 4 * light.a * (value - 1)));
    return shown.a * t ** 2 + shown.b * t + white;
  };
}
