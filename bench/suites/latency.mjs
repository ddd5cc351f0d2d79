import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import sharp from "sharp";
import { encodeLikeProduct, resizePicture } from "../support/bare-sharp.mjs";
import { computePercentile } from "../support/measure.mjs";
import { createConfiguration, produce } from "../support/product.mjs";
import { SETS } from "../support/sets.mjs";
import { formatMilliseconds } from "../support/table.mjs";

export const title = "Latency: reading a small file while images are rendered";

/** Uploads in hand at a time: more than the machine has cores. */
const UPLOADS = 4;

/** Milliseconds between two reads, and of one turn. */
const PAUSE = 4;
const TURN = 4_000;

export async function run({ originals, rounds, folder, signal, progress }) {
  const [{ bytes }] = await originals([12]);
  const file = join(folder(), "small");
  await writeFile(file, "x".repeat(4096));
  const specs = SETS.WebP;
  const config = createConfiguration(specs);
  const loads = {
    idle: undefined,
    "one sharp(input) per output, Promise.all": () =>
      Promise.all(
        specs.map((spec) =>
          encodeLikeProduct(resizePicture(sharp(bytes).autoOrient(), spec), spec).toBuffer(),
        ),
      ),
    Safelight: () => produce(bytes, config),
  };
  const found = Object.fromEntries(Object.keys(loads).map((name) => [name, { reads: [], made: 0 }]));
  for (let round = 0; round < Math.max(1, Math.round(rounds / 2)); round++) {
    for (const [name, work] of Object.entries(loads)) {
      progress(name);
      const turn = await readDuringWork(work, file, signal);
      found[name].reads.push(...turn.reads);
      found[name].made += turn.made;
    }
  }
  return {
    tables: [
      {
        columns: ["at work", "pictures made", "reads", "median, ms", "p99, ms", "longest, ms"],
        rows: Object.entries(found).map(([name, { reads, made }]) => [
          name,
          made,
          reads.length,
          formatMilliseconds(computePercentile(reads, 0.5)),
          formatMilliseconds(computePercentile(reads, 0.99)),
          formatMilliseconds(Math.max(...reads)),
        ]),
      },
    ],
    results: [
      {
        measure: "p99 of a small read while the engine is saturated",
        value: computePercentile(found.Safelight.reads, 0.99),
        target: 20,
        unit: "ms",
      },
    ],
    notes: [
      `${UPLOADS} WebP sets of a 12 MP original are in flight at all times, in the process that reads.`,
    ],
  };
}

/** Reads one after the other until the turn is over; the pictures in hand are then finished. */
async function readDuringWork(work, file, signal) {
  const reads = [];
  let made = 0;
  let over = false;
  const busy = Array.from({ length: work ? UPLOADS : 0 }, async () => {
    while (!over) {
      await work();
      made++;
    }
  });
  const end = performance.now() + TURN;
  while (performance.now() < end && !signal.aborted) {
    const start = performance.now();
    await readFile(file);
    reads.push(performance.now() - start);
    await wait(PAUSE);
  }
  over = true;
  await Promise.all(busy);
  signal.throwIfAborted();
  return { reads, made };
}
