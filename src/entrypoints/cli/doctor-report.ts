import type { DirectoryDamage, RebuiltDatabase, StaleAttributes } from "../../adapters/local/index.js";
import type { Diagnosis } from "../../domain/model/finding.js";
import { formatCount, formatTable, print, report, toJsonLine } from "./output.js";

/** One line of what the doctor found: of an image, of the files of the data directory, or of its stores. */
export type Found = { readonly repaired: boolean } & (
  | Diagnosis
  | Omit<DirectoryDamage, "row">
  | ({ readonly kind: "stale-attributes" } & StaleAttributes)
);

const HEADER = ["FOUND", "ID", "OUTCOME", "WHERE"];

/** Prints what was found, and resolves to how much of it is left. */
export function printFindings(
  found: readonly Found[],
  options: { json?: boolean; repair?: boolean },
): number {
  if (options.json) for (const one of found) print(toJsonLine(one));
  else if (found.length > 0) for (const line of formatTable([HEADER, ...found.map(toRow)])) print(line);
  const left = found.filter(({ repaired }) => !repaired).length;
  const ways = options.repair ? "" : " (run with --repair to repair them)";
  const findings = formatCount(found.length, "finding");
  report(left === 0 ? `${findings}, nothing left to repair` : `${findings}, ${left} left${ways}`);
  return left;
}

function toRow(found: Found): string[] {
  const outcome = found.repaired ? "repaired" : "left";
  if ("file" in found) return [found.kind, "", `${outcome}: ${found.problem}`, found.file];
  if ("store" in found) return [found.kind, "", outcome, `${found.store}: ${found.key}`];
  const { kind, imageId, key, rendition, repaired, problem } = found;
  return [kind, imageId, repaired ? outcome : (problem ?? outcome), rendition ?? key ?? ""];
}

const LOST =
  "alternative texts, titles, focal points, and the file names and owners of uploads that can no longer be read";

/** Says what is to be done about damage beneath the records, and what that costs. */
export function explainDamage(damage: readonly DirectoryDamage[]): void {
  report("no image was looked at: the data directory is damaged");
  const isWhole = damage.some(({ kind }) => kind === "damaged-database");
  const does = isWhole
    ? "sets the database aside and rebuilds every record from its original"
    : "deletes what cannot be read and rebuilds those records from their originals";
  report(`stop every process that uses it and run doctor with --repair, which ${does}`);
  report(`what will be lost: ${LOST}`);
}

/** Says what became of a database that was made anew. */
export function explainRebuilding({ setAside, edited }: RebuiltDatabase): void {
  const kept = `the alternative texts, titles and focal points of ${formatCount(edited, "image")} could be read and are kept`;
  report(`the database was made anew${setAside === undefined ? "" : `; the damaged one is ${setAside}`}`);
  report(`${kept}; what was lost: ${LOST}`);
}
