/** The tools of all scenes: noise from a seed, mixing of colors, and a loop over pixels. No randomness. */

/** 0 to 1 from two whole numbers and a seed; the same on every machine. */
export function computeGrain(x, y, seed) {
  let hash = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1) ^ Math.imul(seed | 0, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

function computeWaves(x, y, seed) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [easeShare(x - column), easeShare(y - row)];
  const top = interpolate(computeGrain(column, row, seed), computeGrain(column + 1, row, seed), right);
  const bottom = interpolate(
    computeGrain(column, row + 1, seed),
    computeGrain(column + 1, row + 1, seed),
    right,
  );
  return interpolate(top, bottom, down);
}

/** Cloudy noise from 0 to 1: `octaves` layers, each twice as fine and half as strong. */
export function computeClouds(x, y, octaves, seed) {
  let [sum, weight, total] = [0, 1, 0];
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * computeWaves(x * 2 ** octave, y * 2 ** octave, seed + octave * 101);
    total += weight;
    weight /= 2;
  }
  return sum / total;
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function computeStep(from, to, value) {
  return easeShare(Math.min(Math.max((value - from) / (to - from), 0), 1));
}

export function interpolate(a, b, share) {
  return a + (b - a) * share;
}

/** The color `share` of the way from `a` to `b`. */
export function mix(a, b, share) {
  const part = Math.min(Math.max(share, 0), 1);
  return [interpolate(a[0], b[0], part), interpolate(a[1], b[1], part), interpolate(a[2], b[2], part)];
}

/** The color of `stops`, pairs of place and color, at `place`. */
export function computeGradient(stops, place) {
  const next = stops.findIndex(([at]) => at >= place);
  if (next === 0) return stops[0][1];
  if (next < 0) return stops[stops.length - 1][1];
  const [[from, a], [to, b]] = [stops[next - 1], stops[next]];
  return mix(a, b, (place - from) / (to - from));
}

/** Adds light of a color. */
export function addGlow(color, light, strength) {
  return color.map((value, band) => value + light[band] * strength);
}

/** Multiplies by a brightness. */
export function shade(color, brightness) {
  return color.map((value) => value * brightness);
}

/** `0xrrggbb` as a color. */
export function toColor(hex) {
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}

/**
 * Draws `scene(x, y)`, which counts from 0 to 1 in both directions and gives a color of as many channels, with the
 * fine grain of a film. Returns raw pixels as sharp takes them.
 */
export function paint({ width, height, channels = 3, film = 5, seed = 1 }, scene) {
  const data = Buffer.alloc(width * height * channels);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const color = scene((column + 0.5) / width, (row + 0.5) / height);
      const speck = (computeGrain(column, row, seed) + computeGrain(column, row, seed + 7) - 1) * film;
      const at = (row * width + column) * channels;
      for (let band = 0; band < channels; band++) {
        const value = band < 3 ? color[band] + speck : color[band];
        data[at + band] = Math.min(Math.max(Math.round(value), 0), 255);
      }
    }
  }
  return { data, raw: { width, height, channels } };
}

function easeShare(share) {
  return share * share * (3 - 2 * share);
}
