import { existsSync, readFileSync } from "node:fs";

/** Whether a process still runs; one that is dead and only not yet buried does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (!existsSync("/proc/self/stat")) return true;
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !["Z", "X"].includes(stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3));
  } catch {
    return false;
  }
}

/** The processes that a process has started and that still run, found without asking it. */
export function listChildren(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1")
    .split(" ")
    .filter((text) => text.trim() !== "")
    .map(Number);
}

/** Resolves once the condition holds: for what other processes do and do not announce. */
export async function waitUntilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 2));
}
