/*
 * How alike two pictures are. SSIM as in Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality
 * assessment: from error visibility to structural similarity", IEEE Transactions on Image Processing 13(4), 2004: on luma,
 * Gaussian windows of 11 x 11 with a deviation of 1.5, K1 = 0.01, K2 = 0.03, mean over all windows that lie inside.
 */

const WINDOW = 11;
const KERNEL = computeGaussian(WINDOW, 1.5);
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** SSIM of two RGB pictures of one size; 1 is equal. */
export function computeSsim(a, b, width, height) {
  const x = computeLuma(a);
  const y = computeLuma(b);
  const mx = blurPlane(x, width, height);
  const my = blurPlane(y, width, height);
  const xx = blurPlane(multiplyPlanes(x, x), width, height);
  const yy = blurPlane(multiplyPlanes(y, y), width, height);
  const xy = blurPlane(multiplyPlanes(x, y), width, height);
  let sum = 0;
  for (let i = 0; i < mx.length; i++) {
    const both = mx[i] * my[i];
    const squares = mx[i] * mx[i] + my[i] * my[i];
    const covariance = xy[i] - both;
    const variances = xx[i] + yy[i] - squares;
    sum += ((2 * both + C1) * (2 * covariance + C2)) / ((squares + C1) * (variances + C2));
  }
  return sum / mx.length;
}

/** Peak signal-to-noise ratio over all bands, in dB; infinite is equal. */
export function computePsnr(a, b) {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i] - b[i]) ** 2;
  return 10 * Math.log10((255 * 255 * a.length) / squares);
}

function computeLuma(rgb) {
  const out = new Float64Array(rgb.length / 3);
  for (let i = 0, at = 0; i < out.length; i++, at += 3)
    out[i] = 0.299 * rgb[at] + 0.587 * rgb[at + 1] + 0.114 * rgb[at + 2];
  return out;
}

function multiplyPlanes(a, b) {
  return a.map((value, i) => value * b[i]);
}

/** Means under the window, for the places where it lies inside. */
function blurPlane(plane, width, height) {
  const columns = width - WINDOW + 1;
  const rows = height - WINDOW + 1;
  const wide = new Float64Array(columns * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += KERNEL[k] * plane[y * width + x + k];
      wide[y * columns + x] = sum;
    }
  const out = new Float64Array(columns * rows);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += KERNEL[k] * wide[(y + k) * columns + x];
      out[y * columns + x] = sum;
    }
  return out;
}

function computeGaussian(length, deviation) {
  const middle = (length - 1) / 2;
  const weights = Array.from({ length }, (_, i) => Math.exp(-((i - middle) ** 2) / (2 * deviation ** 2)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
