import type { Finding, FindingKind, SpecChanges } from "./finding.js";
import type { ImageId } from "./image-id.js";
import { addWork, NO_WORK, type Work } from "./work.js";

/** One image that is not as it should be. */
export interface Difference {
  readonly imageId: ImageId;
  /** The original's key; absent where only files below the image's id are left. */
  readonly key?: string;
  /** Everything that is wrong with it, at least one. */
  readonly findings: readonly Finding[];
  /** The work of closing it, estimated; none where it is left as it is. */
  readonly work: Work;
  /**
   * - `found`: nothing was done, because nobody asked for it.
   * - `left`: nothing is to be done, because nobody asked to close what was found.
   * - `requested`: a request was sent; the image is as it should be once that is settled.
   * - `closed`: it is as it should be.
   * - `failed`: it could not be closed, or not even be looked at (`unreadable`), for the reason in `problem`.
   */
  readonly outcome: "found" | "left" | "requested" | "closed" | "failed";
  readonly problem?: string;
}

/** Many differences, added up. */
export interface DifferenceSummary {
  /** Images with any finding. */
  readonly images: number;
  /** Images with each kind of finding; kinds that nothing was found of are left out. */
  readonly findings: { readonly [Kind in FindingKind]?: number };
  /** Images by the specs that were added, changed and removed since they were settled. */
  readonly specs: { readonly [Change in keyof SpecChanges]: Readonly<Record<string, number>> };
  readonly outcomes: { readonly [Outcome in Difference["outcome"]]?: number };
  /** Of all together. */
  readonly work: Work;
}

/** The summary of no difference. */
export const NO_DIFFERENCE: DifferenceSummary = {
  images: 0,
  findings: {},
  specs: { added: {}, changed: {}, removed: {} },
  outcomes: {},
  work: NO_WORK,
};

/** The summary with one more difference. */
export function addDifference(summary: DifferenceSummary, difference: Difference): DifferenceSummary {
  const { findings, outcome, work } = difference;
  const changes = findings.flatMap(({ specs }) => specs ?? []);
  const countSpecs = (change: keyof SpecChanges) =>
    countAll(
      summary.specs[change],
      changes.flatMap((specs) => specs[change]),
    );
  return {
    images: summary.images + 1,
    findings: countAll(summary.findings, [...new Set(findings.map(({ kind }) => kind))]),
    specs: { added: countSpecs("added"), changed: countSpecs("changed"), removed: countSpecs("removed") },
    outcomes: countAll(summary.outcomes, [outcome]),
    work: addWork(summary.work, work),
  };
}

/** Adds up differences as they come, such as those of `pipeline.reconcile()`: what is to be done, in numbers. */
export async function summarizeDifferences(
  differences: AsyncIterable<Difference>,
): Promise<DifferenceSummary> {
  let summary = NO_DIFFERENCE;
  for await (const difference of differences) summary = addDifference(summary, difference);
  return summary;
}

function countAll<Counts extends { readonly [name: string]: number | undefined }>(
  counts: Counts,
  names: readonly string[],
): Counts {
  const counted: Record<string, number | undefined> = { ...counts };
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  return counted as Counts;
}
