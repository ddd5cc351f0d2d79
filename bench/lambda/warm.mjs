import { computeMedian } from "../support/measure.mjs";
import { startFunction } from "./local-processes.mjs";

/** Invocations before those that count. */
const WARM_UPS = 2;

/**
 * Has both functions render the same photograph in turns, each time as a new upload, `rounds` times in each of `starts`
 * pairs of processes. Resolves to the times of each and to the most memory that each process held.
 */
export async function measureWarm(folders, { cloud, file, rounds, starts, cores, signal, progress }) {
  const names = Object.keys(folders);
  const found = Object.fromEntries(names.map((name) => [name, { wall: [], cpu: [], peak: [] }]));
  let uploads = 0;
  for (let start = 0; start < starts; start++) {
    const running = {};
    for (const name of names)
      running[name] = await startFunction(folders[name], { signal, cores, variables: cloud.variables });
    const peaks = {};
    for (let round = -WARM_UPS; round < rounds; round++) {
      progress(`warm, cores ${cores}, start ${start + 1} of ${starts}, round ${round + 1} of ${rounds}`);
      for (const name of round % 2 ? names : names.toReversed()) {
        const event = await cloud.upload(`${name}-${cores}-${uploads++}.jpg`, file);
        const { wall, cpu, peak, answer } = await running[name].invoke(event);
        if (answer?.batchItemFailures?.length) throw new Error(`${name} did not settle the upload`);
        peaks[name] = peak;
        if (round < 0) continue;
        found[name].wall.push(wall);
        found[name].cpu.push(cpu);
      }
    }
    for (const name of names) {
      found[name].peak.push(peaks[name]);
      await running[name].end();
    }
  }
  return found;
}

/** The median of the ratios of what was measured side by side. */
export function computePairedRatio(found, name, base, kind) {
  return computeMedian(found[name][kind].map((value, i) => value / found[base][kind][i]));
}
