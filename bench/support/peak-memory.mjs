import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { runChild } from "./children.mjs";
import { computeMedian } from "./measure.mjs";

/** Milliseconds between two looks: a decoder takes and gives back what it needs within some dozen. */
const INTERVAL = 10;

/** Pictures that each way makes in a row, two in flight. */
const PICTURES = 12;

/**
 * The peak resident memory of a program, in megabytes, as often as looked: `largest`, of the process that held most, and
 * `together`, of all its processes at a time, where the files that they map (Node, libvips) count once. `undefined` where the
 * system does not say (not Linux).
 */
export async function measurePeakMemory(command, args, { signal, cwd } = {}) {
  const child = spawn(command, args, { cwd, signal, stdio: "ignore" });
  const peak = { largest: 0, together: 0 };
  const timer = setInterval(() => {
    const held = listMemory(child.pid);
    const anonymous = held.reduce((sum, one) => sum + one.anonymous, 0);
    peak.together = Math.max(peak.together, anonymous + Math.max(0, ...held.map(({ files }) => files)));
    peak.largest = Math.max(peak.largest, ...held.map(({ most }) => most));
  }, INTERVAL);
  try {
    const code = await new Promise((resolve, reject) => child.once("error", reject).once("exit", resolve));
    if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}`);
  } finally {
    clearInterval(timer);
  }
  return peak.together === 0 ? undefined : peak;
}

/**
 * The peak memory of rendering this set in a process of its own, to that of the other way (see `children/soak.mjs`): a median
 * of rounds in turns.
 */
export async function comparePeakMemory(set, files, other, { rounds, signal, progress }) {
  const ratios = [];
  for (let round = 0; round < Math.ceil(rounds / 2); round++) {
    progress(`${set}, memory`);
    const measure = async (way) => (await runChild("soak", [way, PICTURES, set, ...files], { signal })).peak;
    const base = await measure(other);
    ratios.push((await measure("ours")) / base);
  }
  return computeMedian(ratios);
}

/** Of a process and those that it has started: what they hold now, and `most`, what each ever held. */
function listMemory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const read = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1e3;
    const own = {
      anonymous: read("RssAnon") + read("RssShmem"),
      files: read("RssFile"),
      most: read("VmHWM"),
    };
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    return [own, ...children.flatMap(listMemory)];
  } catch {
    // It has ended, or this system has no such files.
    return [];
  }
}
