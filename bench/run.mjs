/*
 * Measures how fast, how small and how good: `npm run bench [-- <suite>...] [--photos DIR] [--rounds N] [--json FILE] [--write]`.
 * Suites, options and what was found are described in docs/performance.md.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createContext } from "./support/context.mjs";
import { writeDocument } from "./support/document.mjs";
import { listProgramNames, runOwnProgram } from "./support/programs.mjs";
import { formatReport, formatSummary } from "./support/report.mjs";
import { listSuiteNames, loadSuite } from "./support/suites.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    photos: { type: "string" },
    rounds: { type: "string" },
    originals: { type: "string" },
    images: { type: "string" },
    json: { type: "string" },
    write: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});
const suites = listSuiteNames();
const programs = listProgramNames();
const known = [...suites, ...programs];
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`expected some of ${known.join(", ")} but received ${unknown.join(", ")}\n`);
  process.exit(2);
}
if (values.list) {
  process.stdout.write(`${known.join("\n")}\n`);
  process.exit(0);
}

const stop = new AbortController();
process.once("SIGINT", () => {
  process.stderr.write("\nstopping after what is in hand\n");
  stop.abort();
});

const wanted = positionals.length > 0 ? positionals : suites;
const done = [];
for (const name of wanted.filter((name) => suites.includes(name))) {
  if (stop.signal.aborted) break;
  const outcome = await runSuite(name);
  if (outcome === undefined) continue;
  done.push(outcome);
  process.stdout.write(`${formatReport(outcome)}\n`);
}
for (const name of wanted.filter((name) => programs.includes(name))) {
  if (stop.signal.aborted) break;
  if ((await runOwnProgram(name, stop.signal)) !== 0) process.exitCode = 3;
}
if (stop.signal.aborted) process.exitCode = 130;
if (done.length > 1) process.stdout.write(`${formatSummary(done)}\n`);
if (positionals.length === 0) process.stderr.write(`by themselves: npm run bench -- ${programs.join(" ")}\n`);
if (values.json) writeFileSync(values.json, `${JSON.stringify(done, null, 2)}\n`);
if (values.write && !stop.signal.aborted) writeDocument(done);

/** Runs a suite and resolves to its results; to `undefined`, with the reason printed, if it was stopped or failed. */
async function runSuite(name) {
  const suite = await loadSuite(name);
  const context = createContext(name, values, stop.signal);
  const start = performance.now();
  try {
    const outcome = await suite.run(context);
    const seconds = Math.round((performance.now() - start) / 1000);
    context.end();
    process.stderr.write(`${name}: ${seconds} s\n`);
    return { name, title: suite.title, ...outcome, seconds };
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    process.stderr.write(`\n${name}: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 3;
    return undefined;
  } finally {
    context.end();
  }
}
