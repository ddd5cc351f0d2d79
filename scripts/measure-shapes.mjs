/*
 * Measures pictures of every shape from 1 x N to N x 1, in every format and layout, one fresh process a picture:
 * `npm run measure:shapes`, or with words that its name begins with, such as `-- png rgb8`. What is refused must be refused within
 * 250 ms and 100 MB, and nothing may take over 15 s or 700 MB. Ends with 1 where that does not hold.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "../test/support/typescript-loader.mjs";

const { listShapes } = await import("../test/support/shape-list.ts");
const { startChild } = await import("../test/support/typescript-child.ts");

const LIMITS = {
  ready: { milliseconds: 15_000, memory: 700e6 },
  refused: { milliseconds: 250, memory: 100e6 },
};

const OUTCOMES = new Set(["ready", "too-large", "unsupported-format"]);

const wanted = process.argv.slice(2).join(" ");
const folder = mkdtempSync(join(tmpdir(), "safelight-shapes-"));
const worst = { milliseconds: 0, memory: 0, beyond: 0 };
let [count, failed] = [0, 0];

async function measure(bytes) {
  const file = join(folder, "picture");
  writeFileSync(file, bytes);
  const child = startChild("measured-child.ts", file);
  try {
    const line = await child.readLine();
    return line ? JSON.parse(line) : { outcome: "crash", cost: 0, memory: 0, milliseconds: 0 };
  } finally {
    await child.kill();
  }
}

try {
  for (const { name, build } of listShapes()) {
    if (!name.startsWith(wanted)) continue;
    const bytes = await build();
    const { outcome, cost, memory, milliseconds } = await measure(bytes);
    const limit = outcome === "ready" ? LIMITS.ready : LIMITS.refused;
    const problems = [
      ...(OUTCOMES.has(outcome) ? [] : ["neither rendered nor refused"]),
      ...(milliseconds > limit.milliseconds ? [`over ${limit.milliseconds} ms`] : []),
      ...(memory > limit.memory ? [`over ${limit.memory / 1e6} MB`] : []),
    ];
    count++;
    failed += problems.length > 0 ? 1 : 0;
    worst.milliseconds = Math.max(worst.milliseconds, milliseconds);
    worst.memory = Math.max(worst.memory, memory);
    if (outcome === "ready") worst.beyond = Math.max(worst.beyond, memory - cost);
    const figures = `${(memory / 1e6).toFixed(0)} MB of ${(cost / 1e6).toFixed(0)}  ${milliseconds} ms  ${bytes.length} B`;
    const told = problems.map((problem) => `  ${problem.toUpperCase()}`).join("");
    console.log(`${outcome.padEnd(18)} ${name.padEnd(44)} ${figures}${told}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const { milliseconds, memory, beyond } = worst;
console.log(
  `${count} shapes: at most ${milliseconds} ms, ${(memory / 1e6).toFixed(0)} MB, and ${(beyond / 1e6).toFixed(0)} MB beyond the estimate; ${failed} over a limit`,
);
process.exitCode = failed === 0 ? 0 : 1;
