/*
 * Makes many pictures, two in flight, and prints how much memory that took, in megabytes: `soak.mjs <way> <jobs> <set> <file>...`.
 */
import { readdirSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { asSharpDoes, resized } from "../support/bare-sharp.mjs";
import { SETS } from "../support/sets.mjs";

const [way, jobs, set, ...files] = process.argv.slice(2);
const originals = files.map((file) => readFileSync(file));
const specs = SETS[set];
const render = await renderer();
const samples = [];
let peakOfWorkers = 0;
let taken = 0;
await Promise.all(
  Array.from({ length: 2 }, async () => {
    while (taken < Number(jobs)) {
      const number = taken++;
      await render(originals[number % originals.length]);
      if (number % 25 === 24) {
        globalThis.gc?.();
        samples.push([number, process.memoryUsage.rss() / 1e6]);
      }
      peakOfWorkers = Math.max(peakOfWorkers, workersNow());
    }
  }),
);
process.stdout.write(JSON.stringify({ peak: process.resourceUsage().maxRSS / 1e3 + peakOfWorkers, samples }));
process.exit(0);

async function renderer() {
  if (way === "naive") {
    return (bytes) =>
      Promise.all(
        specs.map((spec) => asSharpDoes(resized(sharp(bytes).autoOrient(), spec), spec).toBuffer()),
      );
  }
  const { configurationOf, engine, produceWith } = await import("../support/product.mjs");
  const { workerEngine } = await import("safelight/sharp");
  const chosen = way === "workers" ? workerEngine() : engine;
  const config = configurationOf(specs);
  return (bytes) => produceWith(chosen, bytes, config);
}

/** What the worker processes have taken at most, in megabytes; 0 where the system does not tell. */
function workersNow() {
  if (way !== "workers") return 0;
  try {
    const children = readdirSync("/proc/self/task").flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    return children.reduce((sum, pid) => {
      const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      return sum + Number(kilobytes ?? 0) / 1e3;
    }, 0);
  } catch {
    return 0;
  }
}
