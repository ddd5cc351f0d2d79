import { mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureProgram } from "./children.mjs";
import { computeMedian, computeRatio, measureInterleaved } from "./measure.mjs";
import { formatMilliseconds } from "./table.mjs";

export const CLI = fileURLToPath(new URL("../../dist/entrypoints/cli/main.js", import.meta.url));
const BARE = fileURLToPath(new URL("../children/bare-files.mjs", import.meta.url));

/**
 * Measures `safelight process` on these files, into a new directory each time, and in turns with it twenty lines of bare
 * sharp that make the same two outputs and store nothing durably. Whole processes, their start included.
 */
export async function compareWithBare(files, { rounds, folder, signal, progress }) {
  let runs = 0;
  const measure = async (list) => {
    // A place of its own, deleted at the end: ext4 makes new files more slowly for minutes after many were deleted.
    const to = join(folder(), `out-${runs++}`);
    mkdirSync(to);
    const taken = await measureProgram(process.execPath, list(to).map(String), { signal, cwd: folder() });
    assertOutputs(to, files.length);
    return taken;
  };
  const times = await measureInterleaved(
    {
      safelight: () => measure((to) => [CLI, "process", ...files, "--data", to]),
      bare: () => measure((to) => [BARE, to, Math.min(files.length, availableParallelism()), ...files]),
    },
    { rounds, signal, progress },
  );
  return {
    cpu: computeRatio(times, "safelight", "bare"),
    wall: computeRatio(times, "safelight", "bare", "wall"),
    table: {
      columns: ["way", "CPU ms", "wall ms"],
      rows: Object.entries(times).map(([way, { cpu, wall }]) => [
        way === "bare" ? "twenty lines of bare sharp" : "safelight process",
        formatMilliseconds(computeMedian(cpu)),
        formatMilliseconds(computeMedian(wall)),
      ]),
    },
  };
}

/** Both must have done the work. */
function assertOutputs(to, count) {
  const names = readdirSync(to, { recursive: true });
  for (const ending of ["thumb.jpg", "preview.webp"]) {
    const found = names.filter((name) => name.endsWith(ending) && !name.includes("by-name")).length;
    if (found < count) throw new Error(`expected ${count} of ${ending} in ${to} but found ${found}`);
  }
}
