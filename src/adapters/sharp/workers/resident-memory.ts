import { existsSync, readFileSync } from "node:fs";

/** Whether one process can see how much memory another one takes; where it cannot, the other one has to tell. */
export const MEMORY_IS_VISIBLE = existsSync("/proc/self/status");

/** The bytes of memory that a process holds; `undefined` when it is gone or the system does not tell. */
export function residentBytes(pid: number | undefined): number | undefined {
  if (pid === undefined || !MEMORY_IS_VISIBLE) return undefined;
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // It ended between two looks.
    return undefined;
  }
}
