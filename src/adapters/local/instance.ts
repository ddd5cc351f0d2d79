import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { threadId } from "node:worker_threads";

/*
 * Which instances are open in this thread. It hangs on the global object because two copies of this package in one
 * process must see each other's instances, or each would take the other's for dead.
 */
const OPEN = Symbol.for("safelight.local.open-instances");
const registry = globalThis as { [OPEN]?: Set<string> };

/** Opens a name for one use of a data directory: it tells others whether who took a change still lives. */
export function openInstance(): string {
  const id = randomBytes(8).toString("hex");
  const name = [process.pid, readStartTime(process.pid), threadId, id].join(".");
  getOpenInstances().add(name);
  return name;
}

/** From here on the instance counts as dead. */
export function closeInstance(name: string): void {
  getOpenInstances().delete(name);
}

/**
 * Whether whoever has this name may still be at work. Process numbers are used again, after a restart of a container
 * nearly always, so the process must have been started at the same time, too.
 */
export function isAlive(name: string): boolean {
  if (getOpenInstances().has(name)) return true;
  const [pid = "", start, thread] = name.split(".");
  if (!/^[1-9]\d{0,9}$/.test(pid)) return false;
  // An instance of this thread would be in the registry; other threads cannot be looked into.
  if (Number(pid) === process.pid && start === readStartTime(process.pid)) return thread !== String(threadId);
  return processExists(Number(pid)) && start === readStartTime(Number(pid)) && !isZombie(Number(pid));
}

function getOpenInstances(): Set<string> {
  registry[OPEN] ??= new Set();
  return registry[OPEN];
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** When a process was started, where the system tells (Linux: clock ticks since boot); otherwise the same for all. */
function readStartTime(pid: number): string {
  return readProcStat(pid)?.[19] ?? "0";
}

/** Whether a process has ended and only its parent has not taken note of that; some never do. */
function isZombie(pid: number): boolean {
  return ["Z", "X"].includes(readProcStat(pid)?.[0] ?? "");
}

/** The fields of `/proc/<pid>/stat` behind the program's name, the first of them its state. */
function readProcStat(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in brackets and may hold anything: count from the last bracket.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
