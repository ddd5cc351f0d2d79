/** Lambda gives a function one core with this much memory, in megabytes, and less or more in proportion. */
const MEGABYTES_OF_A_CORE = 1_769;

/** Dollars for a million GB-seconds on arm64, as in docs/cost.md. */
const PRICE = 13.3334;

/** The sizes that are compared. 256 MB does not hold the photograph, Node and libvips with a margin. */
const SIZES = [512, 1_024, MEGABYTES_OF_A_CORE, 2 * MEGABYTES_OF_A_CORE];

/**
 * Computes the dollars for a million photographs at each size. With one core and with two the time is as measured; with
 * less than one, the processor's time grows in proportion and what was waiting stays.
 */
export function computeSizes({ oneCore, twoCores }) {
  return SIZES.map((megabytes) => {
    const cores = megabytes / MEGABYTES_OF_A_CORE;
    const waiting = Math.max(0, oneCore.wall - oneCore.cpu);
    const milliseconds =
      cores === 2 ? twoCores.wall : cores === 1 ? oneCore.wall : oneCore.cpu / cores + waiting;
    const isMeasured = Number.isInteger(cores);
    return {
      megabytes,
      cores,
      milliseconds,
      isMeasured,
      dollars: (milliseconds * megabytes * PRICE) / 1_024 / 1_000,
    };
  });
}
