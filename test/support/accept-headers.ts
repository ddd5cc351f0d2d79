import { createRequire } from "node:module";
import fc from "fast-check";

/** The content types that a spec may be written in. */
export const TYPES = ["image/avif", "image/webp", "image/jpeg", "image/png", "image/gif"] as const;

const qualities = fc.oneof(
  fc.constantFrom("", ";q=0", ";q=1", "; q=0.0", ";Q=1.000", ";q=0.001"),
  fc.integer({ min: 0, max: 999 }).map((part) => `;q=0.${String(part).padStart(3, "0")}`),
);
const ranges = fc.constantFrom(...TYPES, "image/*", "*/*", "text/html", "text/*", "image/avif;level=1");

/** Well-formed `Accept` headers that name no range twice: others may read such as they like. */
export const acceptHeaders = fc
  .array(fc.tuple(ranges, qualities), { minLength: 1, maxLength: 8 })
  .map((parts) => [...new Map(parts)].map((part) => part.join("")).join(", "));

interface Negotiator {
  readonly mediaTypes: (available: readonly string[]) => readonly string[];
}
const Negotiator = createRequire(import.meta.url)("negotiator") as new (request: {
  readonly headers: { readonly accept: string };
}) => Negotiator;

/** The types that `Accept` allows, by the npm package `negotiator`; those that are wanted most come first. */
export function listAccepted(accept: string, offered: readonly string[]): readonly string[] {
  return new Negotiator({ headers: { accept } }).mediaTypes(offered);
}

/**
 * Reads how much a type is wanted, in thousandths, by `negotiator`, which tells nobody: by comparing it with another type
 * of known quality, which is never as much wanted.
 */
export function readQuality(accept: string, type: string): number {
  if (listAccepted(accept, [type]).length === 0) return 0;
  let [low, high] = [1, 1_000];
  while (low < high) {
    const middle = (low + high) >> 1;
    const probe = `probe/probe;q=${(middle + 0.5) / 1_000}`;
    if (listAccepted(`${accept}, ${probe}`, ["probe/probe", type])[0] === type) low = middle + 1;
    else high = middle;
  }
  return low;
}
