import { copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureProgram } from "../support/children.mjs";
import { computeMedian } from "../support/measure.mjs";
import { formatRatio } from "../support/table.mjs";

export const title = "Throughput: `safelight process` over a folder, two specs";

const CLI = fileURLToPath(new URL("../../dist/entrypoints/cli/main.js", import.meta.url));
const BARE = fileURLToPath(new URL("../children/bare-throughput.mjs", import.meta.url));

/** Pictures that differ; the folder holds them under many names. */
const SEEDS = [1, 2, 3, 4];

export async function run({ originals, rounds, count, folder, signal, progress }) {
  const number = count("originals", 200);
  const from = join(folder(), "originals");
  const photographs = await originals([12], { seeds: SEEDS });
  mkdirSync(from);
  for (let i = 0; i < number; i++)
    copyFileSync(
      photographs[i % photographs.length].file,
      join(from, `picture-${String(i).padStart(4, "0")}.jpg`),
    );
  const cores = availableParallelism();
  const ways = {
    "bare sharp at its best": (to) => [BARE, from, to, cores],
    "safelight process": (to) => [CLI, "process", from, "--data", to],
  };
  const found = Object.fromEntries(Object.keys(ways).map((way) => [way, { cpu: [], wall: [] }]));
  for (let round = 0; round < Math.max(1, Math.round(rounds / 2)); round++) {
    for (const [index, [way, argsFor]] of Object.entries(ways).entries()) {
      // A place of its own, deleted at the end: ext4 makes new files more slowly for minutes after many were deleted.
      const to = join(folder(), `out-${round}-${index}`);
      progress(`${way}, ${number} originals`);
      const { cpu, wall } = await measureProgram(process.execPath, argsFor(to).map(String), {
        signal,
        cwd: folder(),
      });
      expectOutputs(to, number * 2);
      found[way].cpu.push(cpu);
      found[way].wall.push(wall);
    }
  }
  const computeRate = (way) => number / (computeMedian(found[way].wall) / 1000);
  const [bare, ours] = Object.keys(ways);
  const computeSpeedup = (kind) =>
    computeMedian(found[bare][kind].map((value, round) => value / found[ours][kind][round]));
  return {
    tables: [
      {
        caption: `${number} originals of 12 MP (${photographs.length} different ones), ${cores} at a time`,
        columns: ["way", "pictures a second", "CPU ms a picture"],
        rows: Object.keys(ways).map((way) => [
          way,
          computeRate(way).toFixed(1),
          (computeMedian(found[way].cpu) / number).toFixed(0),
        ]),
      },
    ],
    results: [
      {
        measure: "pictures a second, to bare sharp at its best",
        value: computeSpeedup("wall"),
        target: 0.85,
        least: true,
      },
      { measure: "pictures a CPU second, likewise", value: computeSpeedup("cpu") },
    ],
    notes: [
      `Start-up is included on both sides. Bare sharp decodes once by hand and writes two files; Safelight also copies the original, commits a record and an outbox durably, and works in processes that can be killed. Ratio of CPU: ${formatRatio(computeSpeedup("cpu"))}.`,
    ],
  };
}

/** Both must have done the work. */
function expectOutputs(to, expected) {
  const pictures = readdirSync(to, { recursive: true, withFileTypes: true }).filter(
    (entry) =>
      entry.isFile() &&
      /(thumb|preview)\.(jpe?g|webp)$/.test(entry.name) &&
      statSync(join(entry.parentPath, entry.name)).size > 0,
  );
  if (pictures.length < expected)
    throw new Error(`only ${pictures.length} of ${expected} outputs were written to ${to}`);
}
