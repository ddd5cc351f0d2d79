import { type ChildProcess, fork } from "node:child_process";
import { getPriority, setPriority } from "node:os";
import { WORKER_STDIO } from "./original-pipe.js";

/** The program of a worker process. */
export interface WorkerProgram {
  readonly entry: URL;
  /** Command-line flags of Node itself. */
  readonly execArgv: readonly string[];
  /** See {@link WorkerEngineOptions}. */
  readonly niceness?: number;
}

/** Starts the program in a process of its own. */
export function startWorkerProcess({ entry, execArgv, niceness = 0 }: WorkerProgram): ChildProcess {
  const child = fork(entry, {
    execArgv: [...execArgv],
    // One arena keeps glibc from holding on to the memory of earlier pictures. Reading NODE_EXTRA_CA_CERTS takes Node
    // longer than the rest of its start, and a decoder opens no connections.
    env: { MALLOC_ARENA_MAX: "1", ...listHarmlessVariables(process.env), NODE_EXTRA_CA_CERTS: undefined },
    serialization: "advanced",
    stdio: [...WORKER_STDIO],
  });
  if (niceness > 0) raiseNiceness(child.pid, niceness);
  return child;
}

/** Names of environment variables that may hold secrets. A decoder of strangers' bytes needs none, and could give them away. */
const SECRET_NAME = /^AWS_|TOKEN|SECRET|PASSW|CREDENTIAL|(?:^|_)(?:API)?KEY(?:$|_)|DATABASE_UR[IL]/i;

/** Lists the variables of an environment whose names do not sound like secrets. */
export function listHarmlessVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !SECRET_NAME.test(name)));
}

/** The lowest priority that a process can have. */
const MAX_NICENESS = 19;

/** Runs right after the start, because threads inherit the niceness of the thread that starts them, and so far there is only one. */
function raiseNiceness(pid: number | undefined, by: number): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, Math.min(getPriority() + by, MAX_NICENESS));
  } catch {
    // The process has ended already, or the system forbids it: the engine works all the same.
  }
}
