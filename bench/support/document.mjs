import { readFileSync, writeFileSync } from "node:fs";
import { drawChart } from "./chart.mjs";
import { describeMachine } from "./machine.mjs";
import { formatReport, renderResultTable } from "./report.mjs";
import { listSuiteNames } from "./suites.mjs";

const DOCUMENT = new URL("../../docs/performance.md", import.meta.url);
const CHART = new URL("../../docs/performance.svg", import.meta.url);

/**
 * Puts what was found into docs/performance.md, each suite between its own markers. The summary, the machine and the
 * chart are of one whole run or stay as they are: figures of different runs do not belong side by side.
 */
export function writeDocument(done) {
  let text = readFileSync(DOCUMENT, "utf8");
  for (const suite of done) text = replaceSection(text, suite.name, formatReport(suite));
  if (listSuiteNames().every((name) => done.some((suite) => suite.name === name))) {
    const results = done.flatMap((suite) => suite.results);
    const targets = results.filter(({ target }) => target !== undefined);
    text = replaceSection(text, "machine", `${describeMachine()}.\n`);
    text = replaceSection(text, "summary", `${renderResultTable(targets)}\n`);
    writeFileSync(CHART, drawChart(results));
  }
  writeFileSync(DOCUMENT, text);
}

function replaceSection(text, name, content) {
  const [from, to] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start === -1 || end < start)
    throw new Error(
      `docs/performance.md has no ${from.trim()} followed by ${to}; add both lines where the text belongs`,
    );
  return `${text.slice(0, start + from.length)}\n${content}\n${text.slice(end)}`;
}
