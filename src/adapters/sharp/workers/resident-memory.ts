import { existsSync, readFileSync } from "node:fs";

/** Whether one process can read how much memory another one holds; where it cannot, each process reports its own. */
export const IS_MEMORY_VISIBLE = existsSync("/proc/self/status");

/** The bytes of memory that a process holds; `undefined` when it has ended or the system does not say. */
export function readResidentBytes(pid: number | undefined): number | undefined {
  if (pid === undefined || !IS_MEMORY_VISIBLE) return undefined;
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // It has ended since the last check.
    return undefined;
  }
}
