import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import type { FoundInputs } from "./find-inputs.js";
import { formatCount, formatSize } from "./output.js";
import type { Outcome } from "./process-files.js";

/** The results of a run of `process`. */
export interface Run {
  readonly found: FoundInputs;
  readonly outcomes: readonly Outcome[];
  /** Number of changes that an earlier run left and this one could not settle either. */
  readonly leftOpen: number;
  readonly interrupted: boolean;
}

/** Puts outcomes, which come as they are done, in the order of the files. */
export function createOutcomeComparator({ found }: Pick<Run, "found">): (a: Outcome, b: Outcome) => number {
  const place = new Map(found.files.map((file, index) => [file, index]));
  return (a, b) => (place.get(a.file) ?? 0) - (place.get(b.file) ?? 0);
}

/** Lists the problems, one line each, in the order of the files. */
export function listProblems({ found, outcomes, leftOpen }: Run): string[] {
  const inOrder = [...outcomes].sort(createOutcomeComparator({ found }));
  return [
    ...found.unreadable.map(({ path, reason }) => formatUnfinished(path, `reading it failed (${reason})`)),
    ...inOrder.flatMap((outcome) => {
      if (outcome.type === "unfinished") return [formatUnfinished(outcome.file.key, outcome.reason)];
      const { failure } = outcome.record;
      return failure
        ? [`rejected: ${escapeInvisible(outcome.file.key)}: ${failure.code}: ${failure.message}`]
        : [];
    }),
    ...(leftOpen > 0 ? [`could not finish: ${formatCount(leftOpen, "change")} left by an earlier run`] : []),
  ];
}

function formatUnfinished(name: string, reason: string): string {
  return `could not finish: ${escapeInvisible(name)}: ${reason}`;
}

/** Formats the numbers of a run in a few lines. */
export function formatSummary({ found, outcomes, interrupted }: Run): string[] {
  const ready = outcomes.flatMap((outcome) => (outcome.type === "ready" ? [outcome] : []));
  const count = (type: Outcome["type"]) => outcomes.filter((outcome) => outcome.type === type).length;
  const unchanged = outcomes.filter((outcome) => outcome.type !== "unfinished" && outcome.unchanged).length;
  const replaced = outcomes.filter((outcome) => outcome.type !== "unfinished" && outcome.replaced).length;
  const parts = [
    `${formatCount(outcomes.length + found.unreadable.length, "file")}: ${ready.length} ready`,
    `${count("rejected")} rejected`,
    `${count("unfinished") + found.unreadable.length} could not finish`,
    `${unchanged} unchanged`,
    ...(replaced > 0 ? [`${replaced} replaced (their keys had other pictures; --prefix keeps both)`] : []),
    `${found.skipped.notImages} skipped (not images)`,
    ...(found.skipped.links > 0 ? [`${formatCount(found.skipped.links, "symbolic link")} skipped`] : []),
  ];
  const renditions = ready.flatMap(({ record }) => record.renditions);
  const before = sum(ready.map(({ record }) => record.source?.bytes ?? 0));
  const after = sum(renditions.map(({ bytes }) => bytes));
  return [
    ...(interrupted
      ? [`interrupted after ${outcomes.length} of ${formatCount(found.files.length, "file")}`]
      : []),
    parts.join(", "),
    `originals ${formatSize(before)} -> ${formatCount(renditions.length, "rendition")} ${formatSize(after)}`,
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Chooses the exit code of the most serious problem. */
export function chooseExitCode({ found, outcomes, leftOpen, interrupted }: Run): ExitCode {
  if (interrupted) return EXIT.interrupted;
  const open = found.unreadable.length + leftOpen;
  if (open > 0 || outcomes.some(({ type }) => type === "unfinished")) return EXIT.unfinished;
  return outcomes.some(({ type }) => type === "rejected") ? EXIT.rejected : EXIT.ready;
}
