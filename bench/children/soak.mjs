/*
 * Makes many pictures, two in flight, and prints how much memory that took, in megabytes: `soak.mjs <way> <jobs> <set> <file>...`.
 */
import { readdirSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { encodeAsSharpDoes, renderDecodedOnce, resizePicture } from "../support/bare-sharp.mjs";
import { SETS } from "../support/sets.mjs";

/** Pictures between two looks at the memory. */
const BATCH = 50;

const [way, jobs, set, ...files] = process.argv.slice(2);
const originals = files.map((file) => readFileSync(file));
const specs = SETS[set];
const render = await runRenderer();
const samples = [];
let peakOfWorkers = 0;
let taken = 0;
while (taken < Number(jobs)) {
  const end = Math.min(taken + BATCH, Number(jobs));
  await Promise.all([renderPictures(end), renderPictures(end)]);
  // With nothing in flight and nothing left to be given back: what is held now is held for good.
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.();
    await new Promise((next) => setTimeout(next, 20));
  }
  samples.push([taken, process.memoryUsage.rss() / 1e6]);
}
process.stdout.write(JSON.stringify({ peak: readPeakMegabytes("self") + peakOfWorkers, samples }));
process.exit(0);

async function renderPictures(end) {
  while (taken < end) {
    await render(originals[taken++ % originals.length]);
    peakOfWorkers = Math.max(peakOfWorkers, measureWorkers());
  }
}

async function runRenderer() {
  if (way === "naive") {
    return (bytes) =>
      Promise.all(
        specs.map((spec) =>
          encodeAsSharpDoes(resizePicture(sharp(bytes).autoOrient(), spec), spec).toBuffer(),
        ),
      );
  }
  if (way === "by-hand") return (bytes) => renderDecodedOnce(bytes, specs);
  const { createConfiguration, engine, renderByEngine } = await import("../support/product.mjs");
  const { workerEngine } = await import("safelight/sharp");
  const chosen = way === "workers" ? workerEngine() : engine;
  const config = createConfiguration(specs);
  return (bytes) => renderByEngine(chosen, bytes, config);
}

/** The peak memory of the worker processes, in megabytes; 0 where the system does not report it. */
function measureWorkers() {
  if (way !== "workers") return 0;
  try {
    const children = readdirSync("/proc/self/task").flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    return children.reduce((sum, pid) => sum + readPeakMegabytes(pid), 0);
  } catch {
    return 0;
  }
}

/** The most that a process ever had resident, in megabytes. */
function readPeakMegabytes(pid) {
  try {
    // Not `resourceUsage`: on Linux that begins with what the process had that started this one.
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes ?? 0) / 1e3;
  } catch {
    return pid === "self" ? process.resourceUsage().maxRSS / 1e3 : 0;
  }
}
