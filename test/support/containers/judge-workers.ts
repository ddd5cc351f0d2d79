/** A line by which a worker counts what it has settled. */
export interface CountedSettlement {
  readonly imageId: string;
  readonly outcome: string;
}

/** The course of a run with workers that were killed, as far as it is judged. */
export interface WorkersRun {
  /** The ids of the uploads that were accepted. */
  readonly accepted: readonly string[];
  /** The status of every image, by its id, once nothing waits any more. */
  readonly statuses: ReadonlyMap<string, string>;
  /** The counts of all workers, those that were killed included. */
  readonly settled: readonly CountedSettlement[];
  /** Most settlements that were committed by a worker that was killed before it counted them. */
  readonly mostUncounted: number;
}

/** Everything that is wrong with a run, by what is wrong: ids of images. */
export interface RunFaults {
  readonly lost: readonly string[];
  readonly notReady: readonly string[];
  readonly renderedTwice: readonly string[];
  /** Images that nobody has counted as rendered, if they are more than the killed can have had in hand. */
  readonly uncounted: readonly string[];
}

/** Judges a run: every upload is there and ready, and by the workers' own counts none was rendered and committed twice. */
export function judgeWorkers({ accepted, statuses, settled, mostUncounted }: WorkersRun): RunFaults {
  const rendered = new Map<string, number>();
  for (const { imageId, outcome } of settled)
    if (outcome === "ready") rendered.set(imageId, (rendered.get(imageId) ?? 0) + 1);
  const uncounted = accepted.filter((id) => !rendered.has(id));
  return {
    lost: accepted.filter((id) => !statuses.has(id)),
    notReady: accepted.filter((id) => statuses.has(id) && statuses.get(id) !== "ready"),
    renderedTwice: [...rendered].filter(([, times]) => times > 1).map(([id]) => id),
    uncounted: uncounted.length > mostUncounted ? uncounted : [],
  };
}
