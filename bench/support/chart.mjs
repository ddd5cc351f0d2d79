const WIDTH = 760;
const LABELS = 220;
const ROW = 26;
const TOP = 58;
const FULL = WIDTH - LABELS - 70;

/** The results that have a `bar`, as horizontal bars against 100 %. Follows the reader's choice of light or dark. */
export function drawChart(results) {
  const bars = results.filter(({ bar }) => bar !== undefined);
  const height = TOP + bars.length * ROW + 14;
  const rows = bars.map(({ bar, value }, index) => {
    const y = TOP + index * ROW;
    const length = Math.max(1, Math.round(FULL * value));
    const percent = `${Math.round(value * 100)} %`;
    return [
      `<text x="${LABELS - 10}" y="${y + 15}" class="label">${escapeXml(bar)}</text>`,
      `<rect x="${LABELS}" y="${y + 3}" width="${length}" height="${ROW - 8}" rx="2" class="bar"/>`,
      `<text x="${LABELS + length + 6}" y="${y + 15}">${percent}</text>`,
    ].join("\n");
  });
  const end = LABELS + FULL;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="CPU time of Safelight against the usual code">
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; }
.label { text-anchor: end; }
.bar { fill: #0969da; }
.full { stroke: #8c959f; stroke-dasharray: 3 3; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .bar { fill: #4493f8; } .full { stroke: #6e7681; } }
</style>
<text x="${LABELS}" y="20" class="title">CPU time of Safelight, where the usual code takes 100 %</text>
<text x="${LABELS}" y="40">sets: one sharp(input) per output; uploads: stats() and a logo besides</text>
<line x1="${end}" y1="${TOP - 6}" x2="${end}" y2="${height - 10}" class="full"/>
${rows.join("\n")}
</svg>
`;
}

function escapeXml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
