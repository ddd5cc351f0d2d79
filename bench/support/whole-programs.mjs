import { mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureProgram } from "./children.mjs";
import { computeMedian, computeRatio, measureInterleaved } from "./measure.mjs";
import { measurePeakMemory } from "./peak-memory.mjs";
import { formatMilliseconds } from "./table.mjs";

export const CLI = fileURLToPath(new URL("../../dist/entrypoints/cli/main.js", import.meta.url));
const BARE = fileURLToPath(new URL("../children/bare-files.mjs", import.meta.url));

/**
 * Measures `safelight process` on these files, into a new directory each time, and in turns with it twenty lines of bare
 * sharp that make the same two outputs and store nothing durably. Whole processes, their start included.
 */
export async function compareWithBare(files, { rounds, folder, signal, progress }) {
  let runs = 0;
  const ways = {
    safelight: (to) => [CLI, "process", ...files, "--data", to],
    bare: (to) => [BARE, to, Math.min(files.length, availableParallelism()), ...files],
  };
  const runWay = async (way, measure) => {
    // A place of its own, deleted at the end: ext4 makes new files more slowly for minutes after many were deleted.
    const to = join(folder(), `out-${runs++}`);
    mkdirSync(to);
    const taken = await measure(process.execPath, ways[way](to).map(String), { signal, cwd: folder() });
    assertOutputs(to, files.length);
    return taken;
  };
  const times = await measureInterleaved(
    {
      safelight: () => runWay("safelight", measureProgram),
      bare: () => runWay("bare", measureProgram),
    },
    { rounds, signal, progress },
  );
  // In runs of their own: looking takes time.
  const peaks = { safelight: [], bare: [] };
  for (let round = 0; round < Math.ceil(rounds / 2); round++)
    for (const way of Object.keys(peaks)) {
      progress("memory");
      peaks[way].push(await runWay(way, measurePeakMemory));
    }
  return {
    memory: comparePeaks(peaks),
    cpu: computeRatio(times, "safelight", "bare"),
    wall: computeRatio(times, "safelight", "bare", "wall"),
    table: {
      columns: ["way", "CPU ms", "wall ms", "peak MB, largest process", "peak MB, together"],
      rows: Object.entries(times).map(([way, { cpu, wall }]) => [
        way === "bare" ? "twenty lines of bare sharp" : "safelight process",
        formatMilliseconds(computeMedian(cpu)),
        formatMilliseconds(computeMedian(wall)),
        ...["largest", "together"].map((kind) => takePeak(peaks[way], kind)?.toFixed(0) ?? ""),
      ]),
    },
  };
}

/** The median of what was found; `undefined` where the system does not say. */
function takePeak(found, kind) {
  return found.includes(undefined) ? undefined : computeMedian(found.map((peak) => peak[kind]));
}

function comparePeaks({ safelight, bare }) {
  const compare = (kind) => takePeak(safelight, kind) / takePeak(bare, kind);
  return [...safelight, ...bare].includes(undefined)
    ? undefined
    : { largest: compare("largest"), together: compare("together") };
}

/** The lines of a suite for peak memory; none where the system does not say. */
export function listMemoryResults(work, memory, target) {
  if (memory === undefined) return [];
  return [
    { measure: `${work}, peak memory of the largest process, likewise`, value: memory.largest, target },
    { measure: `${work}, peak memory of all processes together, likewise`, value: memory.together, target },
  ];
}

/** Both must have done the work. */
function assertOutputs(to, count) {
  const names = readdirSync(to, { recursive: true });
  for (const ending of ["thumb.jpg", "preview.webp"]) {
    const found = names.filter((name) => name.endsWith(ending) && !name.includes("by-name")).length;
    if (found < count) throw new Error(`expected ${count} of ${ending} in ${to} but found ${found}`);
  }
}
