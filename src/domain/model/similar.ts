/**
 * Finds the candidate that was probably meant: the one with the fewest typing errors, up to one for every three
 * characters. Case does not count. `undefined` where none is that close.
 */
export function findSimilar(text: string, candidates: Iterable<string>): string | undefined {
  const wanted = text.toLowerCase();
  let [best, fewest] = [undefined as string | undefined, Math.max(1, Math.floor(text.length / 3)) + 1];
  for (const candidate of candidates) {
    const errors = countEdits(wanted, candidate.toLowerCase());
    if (errors < fewest) [best, fewest] = [candidate, errors];
  }
  return best;
}

/** The optimal string alignment distance: insertions, deletions, substitutions and transpositions of two neighbors. */
function countEdits(a: string, b: string): number {
  let [beforeLast, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const isTransposed = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (isSame ? 0 : 1),
        isTransposed ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
