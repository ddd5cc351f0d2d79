import { readdirSync } from "node:fs";
import { createPoolEngine } from "../../../src/adapters/sharp/worker-engine.js";
import { WorkerPool } from "../../../src/adapters/sharp/workers/worker-pool.js";
import { DEFAULT_UPLOAD_POLICY } from "../../../src/domain/model/upload-policy.js";
import { waitUntilTrue } from "../processes.js";
import { resolveWorkerProgram } from "./program.js";
import type { CallReport } from "./stand-in.js";

/*
 * A program with two workers. The last word is a folder; each word before it is what one worker has in hand when the
 * program prints the processes of both. With the word `end` nothing is in hand, and the program comes to its end.
 */

const deeds = process.argv.slice(2, -1);
const place = process.argv.at(-1) ?? "";
const program = resolveWorkerProgram("test", "support", "workers", "stand-in.ts");
const pool = new WorkerPool({
  ...program,
  workers: 2,
  timeoutMilliseconds: 600_000,
  memoryLimitBytes: 2 ** 30,
});
const engine = createPoolEngine(pool, "stand-in");

async function call(words: string): Promise<CallReport> {
  return (await engine.inspect(Buffer.from(words), DEFAULT_UPLOAD_POLICY)) as unknown as CallReport;
}

const told = await Promise.all(["here", "there"].map((name) => call(`meet ${place} ${name}`)));
if (deeds[0] !== "end") {
  const countInHand = () => readdirSync(place).filter((name) => name.startsWith("in-hand.")).length;
  for (const deed of deeds) call(`${deed} ${place}`);
  await waitUntilTrue(() => countInHand() === deeds.length);
  setInterval(() => {}, 1_000);
}
process.stdout.write(`${JSON.stringify(told.map(({ pid }) => pid))}\n`);
