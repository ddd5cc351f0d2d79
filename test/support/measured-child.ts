import { readFileSync, writeFileSync } from "node:fs";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { IMAGE_FORMATS } from "../../src/domain/model/image-format.js";
import { DEFAULT_CONFIG } from "../../src/domain/model/pipeline-config.js";
import { planRenditions } from "../../src/domain/model/render-plan.js";

/*
 * One picture in a process of its own: renders the file of the first argument as the default configuration does, and prints
 * one line of JSON: what became of it, the milliseconds it took, and in bytes the estimated cost and the peak of memory above
 * the idle process.
 */

/** The highest resident memory so far in bytes; Linux can count it anew, so that starting up is not taken for the picture's. */
function readPeak(): number {
  const status = process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
  const [, kilobytes = process.resourceUsage().maxRSS] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
  return Number(kilobytes) * 1024;
}

const engine = sharpEngine();
const bytes = readFileSync(process.argv[2] ?? "");
const policy = { ...DEFAULT_CONFIG.uploads, formats: IMAGE_FORMATS };
if (process.platform === "linux") writeFileSync("/proc/self/clear_refs", "5");
const idle = readPeak();
const started = performance.now();
let [outcome, cost] = ["ready", 0];
try {
  const facts = await engine.inspect(bytes, policy);
  cost = facts.decodeCost;
  await engine.render(bytes, planRenditions(facts, DEFAULT_CONFIG));
} catch (error) {
  outcome = (error as { code?: string }).code ?? String(error);
}
const milliseconds = Math.round(performance.now() - started);
console.log(JSON.stringify({ outcome, cost, milliseconds, memory: readPeak() - idle }));
