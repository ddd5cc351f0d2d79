import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { WorkerProgram } from "../../../src/adapters/sharp/workers/start-worker-process.js";

/** A worker process that runs a TypeScript file from its source, by path from the root. */
export function resolveWorkerProgram(...path: readonly string[]): WorkerProgram {
  const loader = pathToFileURL(resolve("test", "support", "typescript-loader.mjs")).href;
  return {
    entry: pathToFileURL(resolve(join(...path))),
    execArgv: ["--disable-warning=ExperimentalWarning", "--import", loader],
  };
}

/** The worker process of the package. */
export const SHARP_WORKER = resolveWorkerProgram("src", "adapters", "sharp", "workers", "worker-process.ts");
