import { readSeed } from "../../scripts/jest/read-seed.mjs";

/** How much of what is random or long is run. */
export type Extent = "fast" | "ordinary" | "long";

/** `fast` in `npm run test:fast`, `ordinary` in `npm test` and by default, `long` in `npm run test:long`. */
export const EXTENT: Extent = readExtent(process.env.SAFELIGHT_TESTS);

/**
 * Determines each sample and each random draw: `SAFELIGHT_SEED`, by default the number of the day since 1970 (UTC). Jest's
 * global setup sets the variable for all suites of a run and prints it.
 */
export const SEED = readSeed();

/** The number for the extent of this run, or the one that an environment variable of this name asks for. */
export function chooseCount(counts: Readonly<Record<Extent, number>>, variable = ""): number {
  return Number(process.env[variable] ?? counts[EXTENT]);
}

/**
 * One of every `period` elements, which moves on by one with each day, so that `period` days in a row run them all; in the
 * long run every element.
 */
export function takeSample<Element>(
  elements: readonly Element[],
  period: number,
  { extent = EXTENT, seed = SEED }: { readonly extent?: Extent; readonly seed?: number } = {},
): readonly Element[] {
  if (extent === "long") return elements;
  return elements.filter((_, index) => (index + seed) % Math.min(period, elements.length) === 0);
}

function readExtent(value = "ordinary"): Extent {
  if (value === "fast" || value === "ordinary" || value === "long") return value;
  throw new Error(`expected fast, ordinary or long for SAFELIGHT_TESTS but received ${value}`);
}
