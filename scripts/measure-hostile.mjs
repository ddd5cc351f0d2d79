/*
 * Measures the hostile set, one fresh process a file: `npm run measure:hostile`. Refused bombs must be refused within 250 ms and
 * 25 MB above the idle process; nothing may take over 15 s or 700 MB. Ends with 1 where that does not hold.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "../test/support/typescript-loader.mjs";
import { runLimited } from "./run-limited.mjs";

const LIMITS = { bomb: { milliseconds: 250, memory: 25e6 }, any: { milliseconds: 15_000, memory: 700e6 } };

const { buildBombs, buildHeavyweights } = await import("../test/support/hostile/bombs.ts");
const { buildBrokenImages } = await import("../test/support/hostile/broken.ts");
const { buildDisguises } = await import("../test/support/hostile/disguises.ts");
const { buildPolyglots, buildRarities } = await import("../test/support/hostile/polyglots.ts");

const folder = mkdtempSync(join(tmpdir(), "safelight-hostile-"));
let failed = 0;
try {
  for (const make of [
    buildBombs,
    buildHeavyweights,
    buildDisguises,
    buildBrokenImages,
    buildPolyglots,
    buildRarities,
  ]) {
    const worst = { milliseconds: 0, memory: 0 };
    const files = await make();
    for (const { name, bytes, outcome, bomb } of files) {
      const file = join(folder, "file");
      writeFileSync(file, bytes);
      const run = await runLimited(file, 60_000);
      const limit = bomb ? LIMITS.bomb : LIMITS.any;
      const problems = [
        ...(run.outcome === outcome
          ? []
          : [`ended with ${run.outcome} instead of ${outcome}: ${run.message}`]),
        ...(run.milliseconds > limit.milliseconds ? [`over ${limit.milliseconds} ms`] : []),
        ...(run.memory > limit.memory ? [`over ${limit.memory / 1e6} MB`] : []),
      ];
      failed += problems.length > 0 ? 1 : 0;
      worst.milliseconds = Math.max(worst.milliseconds, run.milliseconds);
      worst.memory = Math.max(worst.memory, run.memory);
      const figures = `${run.milliseconds} ms  ${(run.memory / 1e6).toFixed(1)} MB  ${bytes.length} B`;
      if (problems.length > 0 || make === buildBombs || make === buildHeavyweights)
        console.log(
          `${run.outcome.padEnd(20)} ${figures.padEnd(36)} ${name}${problems.map((text) => `  ${text.toUpperCase()}`).join("")}`,
        );
    }
    console.log(
      `${files.length} ${make.name}: at most ${worst.milliseconds} ms and ${(worst.memory / 1e6).toFixed(1)} MB\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(failed === 0 ? "all within the limits" : `${failed} over a limit or with another outcome`);
process.exitCode = failed === 0 ? 0 : 1;
