/** A Markdown table; every column but the first is set to the right. */
export function renderMarkdownTable({ columns, rows }) {
  const formatLine = (cells) => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, i) => (i === 0 ? "---" : "---:"));
  return [columns, rule, ...rows].map(formatLine).join("\n");
}

/** Milliseconds for people. */
export function formatMilliseconds(value) {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** `0.43`. */
export function formatRatio(value) {
  return value.toFixed(value < 10 ? 2 : 1);
}

/** `+3.1 %`. */
export function change(share) {
  const percent = (share - 1) * 100;
  return `${percent >= 0 ? "+" : ""}${percent.toFixed(1)} %`;
}

/** How a figure stands to its target: the table's last two cells. */
export function judgeFigure({ value, target, least = false }) {
  if (target === undefined) return ["", ""];
  return [`${least ? ">=" : "<="} ${target}`, isReached({ value, target, least }) ? "yes" : "**no**"];
}

/** Whether a figure keeps its target. */
export function isReached({ value, target, least = false }) {
  return least ? value >= target : value <= target;
}
