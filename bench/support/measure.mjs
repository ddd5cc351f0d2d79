import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Runs the variants in turns (A B A B, every other round backwards) and takes the time of each run: `cpu`, of all threads of this process, and
 * `wall`, both in milliseconds. One round more runs first and is not counted, unless `warmUp` is false. A variant may return its own
 * `{ cpu, wall }`, where the work is another process's. `clean`: nobody pays for collecting what others have left.
 */
export async function measureInterleaved(
  variants,
  { rounds, signal, progress, warmUp = true, clean = false },
) {
  const collect = clean ? getGarbageCollector() : () => {};
  const names = Object.keys(variants);
  const times = Object.fromEntries(names.map((name) => [name, { cpu: [], wall: [] }]));
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    progress?.(`round ${round} of ${rounds}`);
    for (const name of round % 2 ? names : names.toReversed()) {
      signal?.throwIfAborted();
      collect();
      const taken = await measureTime(variants[name]);
      if (round === 0) continue;
      times[name].cpu.push(taken.cpu);
      times[name].wall.push(taken.wall);
    }
  }
  return times;
}

function getGarbageCollector() {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

/** The time of one run. */
export async function measureTime(work) {
  const before = process.cpuUsage();
  const start = performance.now();
  const own = await work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const told = own && typeof own === "object" && "cpu" in own && "wall" in own;
  return told ? { cpu: own.cpu, wall: own.wall } : { cpu: (user + system) / 1000, wall };
}

export function computeMedian(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that `share` of all lie at or below. */
export function computePercentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

/** Median of the rounds' own ratios: what slows a whole round down falls out of it. */
export function computeRatio(times, name, base, kind = "cpu") {
  return computeMedian(times[name][kind].map((value, round) => value / times[base][kind][round]));
}
