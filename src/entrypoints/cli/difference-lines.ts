import type { BillLine } from "../../adapters/aws/index.js";
import type { Difference, DifferenceSummary } from "../../domain/model/difference.js";
import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import { formatCount, formatSize, formatTable, report } from "./output.js";

/** Reports why one image could not be looked at or closed, if that is so. */
export function reportProblem({ imageId, key, findings, problem }: Difference): void {
  if (problem === undefined) return;
  const isUnreadable = findings.some(({ kind }) => kind === "unreadable");
  report(
    `${isUnreadable ? "could not be read" : "could not finish"}: ${escapeInvisible(key ?? imageId)}: ${problem}`,
  );
}

/** Formats what was found, a line for each kind, and of other configurations one for each spec. */
export function formatFindings({ findings, specs }: DifferenceSummary): string[] {
  const kinds = Object.entries(findings).map(([kind, count]) => [kind, String(count), ""]);
  const changes = Object.entries(specs).flatMap(([change, counts]) =>
    Object.entries(counts).map(([name, count]) => [`  spec ${change}`, String(count), name]),
  );
  const at = kinds.findIndex(([kind]) => kind === "outdated-configuration") + 1;
  const rows = [...kinds.slice(0, at), ...changes, ...kinds.slice(at)];
  return rows.length === 0 ? [] : formatTable([["FOUND", "IMAGES", "SPEC"], ...rows]);
}

/** Formats what it takes to close it, in a few lines. */
export function formatWork({ work }: DifferenceSummary): string[] {
  const { renditions, bytes, images, seconds } = work;
  const settled = `images: ${images.made} made, ${images.changed} changed, ${images.removed} removed`;
  const made = `renditions: ${renditions.made} made, ${renditions.kept} kept, ${renditions.deleted} deleted`;
  const moved = `${formatSize(bytes.read)} read, ${formatSize(bytes.written)} written, ${formatSize(bytes.deleted)} deleted`;
  return [settled, made, `about ${moved}; about ${formatSeconds(seconds)} of one processor core`];
}

/** Formats a bill, a line for each thing that costs something, and their sum. */
export function formatBill(bill: readonly BillLine[]): string[] {
  if (bill.length === 0) return [];
  const total = bill.reduce((sum, { dollars }) => sum + dollars, 0);
  const rows = bill
    .filter(({ dollars }) => dollars > 0)
    .map(({ what, dollars }) => [what, dollars.toFixed(4)]);
  return formatTable([["ON AWS", "DOLLARS"], ...rows, ["all", total.toFixed(4)]]);
}

/** Formats how many images differ, and what is left of them by whoever closes that. */
export function formatPlanned({ images, outcomes }: DifferenceSummary): string {
  if (images === 0) return "every image is as it should be";
  const { found = 0, left = 0 } = outcomes;
  const parts = [
    `${formatCount(images, "image")} ${images === 1 ? "differs" : "differ"}`,
    ...(found > 0 ? [`"safelight reconcile" closes ${found === images ? "that" : found}`] : []),
    ...(left > 0 ? [formatLeft(left)] : []),
  ];
  return parts.join("; ");
}

/** How many changes were settled while the requests were sent, by the process that sent them, and how many could not be. */
export interface SettledMeanwhile {
  readonly settled: number;
  readonly failed: number;
}

/** Formats what became of what was found. Where it was `settled` here, requests count as closed but for those that failed. */
export function formatOutcomes({ images, outcomes }: DifferenceSummary, settled?: SettledMeanwhile): string {
  const { requested = 0, closed = 0, left = 0, failed = 0 } = outcomes;
  const unsettled = settled?.failed ?? 0;
  const done = settled ? Math.max(0, requested - unsettled) + closed : closed;
  const earlier = (settled?.settled ?? 0) + unsettled - requested;
  const unfinished = failed + unsettled;
  const parts = [
    `${formatCount(images, "image")} differed: ${done} closed`,
    ...(!settled && requested > 0 ? [`${requested} requested`] : []),
    ...(left > 0 ? [formatLeft(left)] : []),
    ...(unfinished > 0 ? [`${unfinished} could not finish`] : []),
  ];
  const also = earlier > 0 ? `; ${earlier} settled that waited in the queue already` : "";
  return `${parts.join(", ")}${also}`;
}

function formatLeft(left: number): string {
  return `${left} left (rendered by another engine; see --other-engine)`;
}

function formatSeconds(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return seconds < 6_000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
