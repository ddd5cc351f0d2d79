import { describeMachine } from "./machine.mjs";
import { change, formatRatio, isReached, judgeFigure, renderMarkdownTable } from "./table.mjs";

/** One suite as Markdown. */
export function formatReport({ title, tables, results, notes = [] }) {
  const parts = [`### ${title}`];
  for (const table of tables)
    parts.push(...(table.caption ? [`${table.caption}:`] : []), renderMarkdownTable(table));
  if (results.length > 0) parts.push(renderResultTable(results));
  parts.push(...listMissedTargets(results), ...notes);
  return `${parts.join("\n\n")}\n`;
}

/** A note on the targets that this machine misses, by how much: another one may keep them. */
function listMissedTargets(results) {
  const missed = results.filter((result) => result.target !== undefined && !isReached(result));
  if (missed.length === 0) return [];
  const formatMissed = ({ measure, value, target }) =>
    `${measure} (${change(target === 0 ? 1 : value / target)})`;
  return [`Missed on this machine (${describeMachine()}): ${missed.map(formatMissed).join("; ")}.`];
}

/** The figures that have targets, of all suites. */
export function formatSummary(suites) {
  const results = suites.flatMap((suite) => suite.results).filter(({ target }) => target !== undefined);
  if (results.length === 0) return "";
  const kept = results.filter(isReached).length;
  return `### Summary\n\n${renderResultTable(results)}\n\n${kept} of ${results.length} targets are reached.\n`;
}

/** Figures with their targets. */
export function renderResultTable(results) {
  return renderMarkdownTable({
    columns: ["measure", "found", "target", "reached"],
    rows: results.map((result) => [result.measure, formatFigure(result), ...judgeFigure(result)]),
  });
}

function formatFigure({ value, digits, unit = "" }) {
  return `${digits === undefined ? formatRatio(value) : value.toFixed(digits)} ${unit}`.trim();
}
