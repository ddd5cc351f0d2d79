import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("hostile-child.mjs", import.meta.url));

/**
 * Runs one file in a fresh process and kills it after `limit` milliseconds: the only wall clock that a decoder heeds.
 * Resolves to what the process said, or to the outcome `hang` or `crash`.
 */
export function runLimited(file, limit) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, [CHILD, file], { stdio: ["ignore", "pipe", "pipe"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), limit);
    let said = "";
    let complaint = "";
    child.stdout.on("data", (data) => {
      said += data;
    });
    child.stderr.on("data", (data) => {
      complaint += data;
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const milliseconds = Math.round(performance.now() - started);
      if (code === 0) resolve(JSON.parse(said));
      else if (milliseconds >= limit) resolve({ outcome: "hang", message: "", milliseconds, memory: 0 });
      else resolve({ outcome: "crash", message: `${signal ?? code} ${complaint}`, milliseconds, memory: 0 });
    });
  });
}
