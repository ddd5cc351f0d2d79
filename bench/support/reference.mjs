/*
 * The reference that outputs are compared with: all pixels of the original, scaled in one step by Lanczos windows of
 * three lobes, in floating point from end to end. It shares no code with libvips.
 */

const LOBES = 3;

/**
 * Scales 8-bit RGB to `resize`; the result is rounded once, at the end. Where one side says the scale of both, the picture
 * keeps its proportions and what the other side's rounding adds or takes lies half before and half behind, as in libvips.
 */
export function scaleReference(
  { data, width: sourceWidth, height: sourceHeight },
  { resize: { width, height }, scaledBy },
) {
  const scale = { width: sourceWidth / width, height: sourceHeight / height };
  const columns = listWindows(sourceWidth, width, scale[scaledBy ?? "width"]);
  const wide = new Float32Array(width * sourceHeight * 3);
  for (let y = 0; y < sourceHeight; y++) {
    const row = y * sourceWidth * 3;
    for (let x = 0; x < width; x++) {
      const { from, weights } = columns[x];
      let [red, green, blue] = [0, 0, 0];
      for (let k = 0; k < weights.length; k++) {
        const at = row + Math.min(sourceWidth - 1, Math.max(0, from + k)) * 3;
        red += weights[k] * data[at];
        green += weights[k] * data[at + 1];
        blue += weights[k] * data[at + 2];
      }
      const to = (y * width + x) * 3;
      wide[to] = red;
      wide[to + 1] = green;
      wide[to + 2] = blue;
    }
  }
  const line = width * 3;
  const sums = new Float64Array(line);
  const out = new Uint8ClampedArray(line * height);
  for (const [y, { from, weights }] of listWindows(
    sourceHeight,
    height,
    scale[scaledBy ?? "height"],
  ).entries()) {
    sums.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const row = Math.min(sourceHeight - 1, Math.max(0, from + k)) * line;
      for (let i = 0; i < line; i++) sums[i] += weights[k] * wide[row + i];
    }
    out.set(sums, y * line);
  }
  return { data: out, width, height };
}

/** A part of an RGB picture. */
export function cut({ data, width }, { left, top, width: columns, height: rows }) {
  const out = new Uint8ClampedArray(columns * rows * 3);
  for (let y = 0; y < rows; y++) {
    const from = ((top + y) * width + left) * 3;
    out.set(data.subarray(from, from + columns * 3), y * columns * 3);
  }
  return { data: out, width: columns, height: rows };
}

/** For each new pixel, where its window begins and what its pixels weigh; they sum to 1. */
function listWindows(from, to, scale) {
  const before = (from - to * scale) / 2;
  const stretch = Math.max(1, scale);
  const reach = LOBES * stretch;
  return Array.from({ length: to }, (_, x) => {
    const middle = before + (x + 0.5) * scale - 0.5;
    const first = Math.ceil(middle - reach);
    const count = Math.floor(middle + reach) - first + 1;
    const weights = Array.from({ length: count }, (_, k) => computeLanczos((first + k - middle) / stretch));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { from: first, weights: weights.map((weight) => weight / sum) };
  });
}

function computeLanczos(x) {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const a = Math.PI * x;
  return (LOBES * Math.sin(a) * Math.sin(a / LOBES)) / (a * a);
}
