import { toRenditionFileName } from "../../domain/model/rendition.js";
import { toVersionLabel, type Version } from "../../domain/model/version.js";
import type { ExplainedFile, Explanation } from "../../domain/pipeline.js";
import { formatTable } from "./output.js";

const CONFIGURATIONS: Readonly<Record<NonNullable<Explanation["configuration"]>, string>> = {
  same: "that in force",
  "other-engine": "that in force, by another engine or another version of it",
  other: "another one than that in force",
};

const ORIGINALS: Readonly<Record<Explanation["original"], string>> = {
  same: "the one that was processed",
  other: "another one than was processed",
  none: "gone",
};

const NEXT: Readonly<Record<Explanation["next"], string>> = {
  nothing: "nothing; it is as it should be",
  wait: "nothing yet; what is younger than an hour may be the work of a running process",
  leave: "nothing, unless another engine counts (reconcile --other-engine)",
  close: "reconcile closes what was found",
  remove: "reconcile removes it",
};

/** Formats how an image came to be what it is, and what would be done about it. */
export function formatExplanation(explanation: Explanation): string[] {
  const { status, version, edition, configuration, original, files, findings, next } = explanation;
  const isPending = status === "pending";
  const facts = [
    [isPending ? "  announced by" : "  settled by", describeVersion(version)],
    ["  record", `written ${edition === 1 ? "once" : `${edition} times`}`],
    ...(configuration === undefined ? [] : [["  configuration", CONFIGURATIONS[configuration]]]),
    ["  original", isPending && original !== "none" ? "not processed yet" : ORIGINALS[original]],
    ...findings.map(({ kind, rendition, specs }) => [
      "  found",
      [kind, rendition, ...Object.entries(specs ?? {}).flatMap(formatSpecs)].filter(Boolean).join(" "),
    ]),
    ["  next", NEXT[next]],
  ];
  const rows = files.map((file) => [
    `  ${nameFile(file)}`,
    file.state,
    file.next,
    file.madeBy === undefined ? "" : `made by ${describeVersion(file.madeBy)}`,
  ]);
  return ["why", ...formatTable(facts), ...(rows.length > 0 ? ["files", ...formatTable(rows)] : [])];
}

function formatSpecs([change, names]: [string, readonly string[]]): string[] {
  return names.length === 0 ? [] : [`${change}: ${names.join(", ")}`];
}

function nameFile({ name, format, key = "" }: ExplainedFile): string {
  return name !== undefined && format !== undefined ? toRenditionFileName({ name, format }) : key;
}

/** Which change or request a version stands for. */
function describeVersion(version: Version): string {
  const { sequencer, revision } = version;
  const change = sequencer === "" ? "no change of the store yet" : `change ${sequencer} of the store`;
  const what = revision === 0 ? change : `request ${revision} after ${change}`;
  return `${what} (${toVersionLabel(version)})`;
}
