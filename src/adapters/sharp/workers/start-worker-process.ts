import { type ChildProcess, fork } from "node:child_process";
import { getPriority, setPriority } from "node:os";
import { WORKER_STDIO } from "./original-pipe.js";

/** The program of a worker process. */
export interface WorkerProgram {
  readonly entry: URL;
  /** Words for Node itself. */
  readonly execArgv: readonly string[];
  /** See {@link WorkerEngineOptions}. */
  readonly nicer?: number;
}

/** Starts the program. */
export function startWorkerProcess({ entry, execArgv, nicer = 0 }: WorkerProgram): ChildProcess {
  const child = fork(entry, {
    execArgv: [...execArgv],
    // One arena keeps glibc from holding on to the memory of earlier pictures. Certificates of one's own take Node
    // longer to read than all else that it does at the start, and who decodes talks to nobody.
    env: { MALLOC_ARENA_MAX: "1", ...process.env, NODE_EXTRA_CA_CERTS: undefined },
    serialization: "advanced",
    stdio: [...WORKER_STDIO],
  });
  if (nicer > 0) makeNicer(child.pid, nicer);
  return child;
}

/** As nice as a process can be. */
const NICEST = 19;

/** At once, because threads take over the niceness of the one that starts them, and so far there is only one. */
function makeNicer(pid: number | undefined, by: number): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, Math.min(getPriority() + by, NICEST));
  } catch {
    // It has ended already, or the system does not let anybody choose: it works all the same.
  }
}
