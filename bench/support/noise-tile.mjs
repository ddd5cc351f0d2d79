import { createRandom } from "./random.mjs";

/** Pixels on a side; a power of two, so that positions wrap by a mask. */
export const TILE = 1024;

/** Surfaces: noise of all sizes, each half as large and somewhat weaker than the last (1/f). About -1 to 1. */
export function drawSurfaceTile(seed) {
  const random = createRandom(seed);
  const tile = new Float32Array(TILE * TILE);
  for (let cells = 4, strength = 1; cells <= TILE; cells *= 2, strength *= 0.72)
    addOctave(tile, cells, strength, random);
  return normalize(tile);
}

/** A tile with the noise of a sensor: every pixel by itself, roughly Gaussian. */
export function drawSensorTile(seed) {
  const random = createRandom(seed);
  return Float32Array.from({ length: TILE * TILE }, () => random() + random() + random() + random() - 2);
}

/** Random values on a grid of `cells`, with smooth ways from one to the next; the edges meet. */
function addOctave(tile, cells, strength, random) {
  const grid = Float32Array.from({ length: cells * cells }, () => random() * 2 - 1);
  const step = TILE / cells;
  for (let y = 0; y < TILE; y++) {
    const row = Math.floor(y / step);
    const v = easeShare((y % step) / step);
    const above = row * cells;
    const below = ((row + 1) % cells) * cells;
    for (let x = 0; x < TILE; x++) {
      const column = Math.floor(x / step);
      const u = easeShare((x % step) / step);
      const next = (column + 1) % cells;
      const top = grid[above + column] * (1 - u) + grid[above + next] * u;
      const bottom = grid[below + column] * (1 - u) + grid[below + next] * u;
      tile[y * TILE + x] += strength * (top * (1 - v) + bottom * v);
    }
  }
}

function easeShare(t) {
  return t * t * (3 - 2 * t);
}

function normalize(tile) {
  let peak = 0;
  for (const value of tile) peak = Math.max(peak, Math.abs(value));
  return tile.map((value) => value / peak);
}
