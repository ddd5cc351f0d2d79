/*
 * Mutates valid pictures and lets the built engine inspect, plan and render them in processes that can be killed:
 * `npm run fuzz`. SAFELIGHT_FUZZ says how many (2,000), SAFELIGHT_SEED repeats a run, SAFELIGHT_FUZZ_ONLY=heic takes pictures of
 * that format alone. A picture that crashes its process,
 * takes over 15 s or ends in anything but pixels or a refusal is kept in a temporary folder, and the run ends with 1.
 * SAFELIGHT_FUZZ_PROGRAM renders instead of the engine and SAFELIGHT_FUZZ_LIMIT are other milliseconds: to try the fuzzer itself.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mutator } from "./fuzz/mutator.mjs";
import { drawSeedPictures } from "./fuzz/seed-pictures.mjs";
import { FuzzWorker } from "./fuzz/worker.mjs";

const REFUSALS = new Set(["ready", "corrupt-image", "unsupported-format", "too-large"]);
const TIME_LIMIT = Number(process.env.SAFELIGHT_FUZZ_LIMIT ?? 15_000);
const WORKERS = 2;

const count = Number(process.env.SAFELIGHT_FUZZ ?? 2_000);
const seed = Number(process.env.SAFELIGHT_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`SAFELIGHT_SEED=${seed} SAFELIGHT_FUZZ=${count}`);

const pictures = await drawSeedPictures(process.env.SAFELIGHT_FUZZ_ONLY === "heic");
const folder = mkdtempSync(join(tmpdir(), "safelight-fuzz-"));
const outcomes = {};
let next = 0;
let bad = 0;
let slowest = 0;
let largest = 0;

async function work() {
  const worker = new FuzzWorker(process.env.SAFELIGHT_FUZZ_PROGRAM);
  try {
    while (next < count) {
      const index = next++;
      // Each picture by its own number, so that a find is repeated whatever the other worker did meanwhile.
      const bytes = new Mutator(seed + index).mutate(pictures);
      const run = await worker.run(bytes, TIME_LIMIT);
      outcomes[run.outcome] = (outcomes[run.outcome] ?? 0) + 1;
      slowest = Math.max(slowest, run.milliseconds);
      largest = Math.max(largest, run.memory);
      if (REFUSALS.has(run.outcome)) continue;
      bad++;
      const file = join(folder, `${seed}-${index}-${run.outcome}`);
      writeFileSync(file, bytes);
      console.log(`${run.outcome}: ${file}: ${run.message}`);
    }
  } finally {
    await worker.end();
  }
}

await Promise.all(Array.from({ length: WORKERS }, work));
if (bad === 0) rmSync(folder, { recursive: true });
console.log(
  JSON.stringify({ seed, count, bad, slowest, peakMegabytes: Math.round(largest / 1e6), outcomes }),
);
process.exitCode = bad === 0 && largest <= 700e6 ? 0 : 1;
