/*
 * One image in a process of its own: `node hostile-child.mjs FILE`. Renders it as an upload would be, and prints one line of
 * JSON: what became of it, the milliseconds it took, and the peak of memory above the idle process.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { sharpEngine } from "../dist/adapters/sharp/index.js";
import { DEFAULT_CONFIG, planRenditions } from "../dist/index.js";

const [file] = process.argv.slice(2);

/** The highest resident memory so far in bytes, as the kernel counted it. */
function readPeakMemory() {
  return process.resourceUsage().maxRSS * 1024;
}

/** Lets the kernel count anew where it can, so that starting up is not taken for the image's cost. */
function resetPeak() {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return readPeakMemory();
  }
}

function readPeakSinceReset() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return readPeakMemory();
  }
}

const bytes = readFileSync(file);
const engine = sharpEngine();
const idle = resetPeak();
const started = performance.now();
let outcome = "ready";
let message = "";
try {
  const facts = await engine.inspect(bytes, DEFAULT_CONFIG.uploads);
  await engine.render(bytes, planRenditions(facts, DEFAULT_CONFIG));
} catch (error) {
  outcome = error?.code ?? "unexpected";
  message = String(error?.message ?? error);
}
const milliseconds = Math.round(performance.now() - started);
console.log(JSON.stringify({ outcome, message, milliseconds, memory: readPeakSinceReset() - idle }));
