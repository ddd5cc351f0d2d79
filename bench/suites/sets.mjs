import { renderDecodedOnce, renderOnePerOutput } from "../support/bare-sharp.mjs";
import { compareOutputs } from "../support/compare.mjs";
import { computeMedian, computeRatio, measureInterleaved } from "../support/measure.mjs";
import { comparePeakMemory } from "../support/peak-memory.mjs";
import { createConfiguration, produce } from "../support/product.mjs";
import { SETS } from "../support/sets.mjs";
import { change, formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "Six outputs from one original, same encoder settings";

/** Most that the CPU time may be of one `sharp(input)` per output, by set and original. */
const TARGETS = {
  JPEG: { "12 MP": 0.55, "24 MP": 0.45 },
  thumbnails: { "12 MP": 0.5, "24 MP": 0.42 },
  WebP: { "12 MP": 0.87, "24 MP": 0.75, "24 MP progressive": 0.45 },
};

/** Most that the CPU time may be of the same strategy written by hand. */
const BY_HAND_TARGET = 1.06;

export async function run({ originals, rounds, signal, progress }) {
  const rows = [];
  const results = [];
  const baseline = await originals([12, 24]);
  const progressive = await originals([24], { progressive: true });
  for (const [set, photographs] of [
    ["JPEG", baseline],
    ["thumbnails", baseline],
    ["WebP", baseline],
    ["WebP", progressive],
  ]) {
    for (const { name, bytes, file } of photographs) {
      const config = createConfiguration(SETS[set]);
      const ways = {
        naive: () => renderOnePerOutput(bytes, SETS[set]),
        best: () => renderDecodedOnce(bytes, SETS[set]),
        ours: async () => (await produce(bytes, config)).outputs.map((output) => output.bytes),
      };
      const same = await compareOutputs(await ways.ours(), await ways.naive());
      const found = await measureInterleaved(
        { naive: discardResult(ways.naive), best: discardResult(ways.best), ours: discardResult(ways.ours) },
        { rounds: Math.max(rounds, 5), signal, progress: (text) => progress(`${set}, ${name}, ${text}`) },
      );
      const value = computeRatio(found, "ours", "naive");
      rows.push([
        `${set}, ${name}`,
        ...["naive", "best", "ours"].map((way) => formatMilliseconds(computeMedian(found[way].cpu))),
        formatRatio(value),
        formatRatio(computeRatio(found, "ours", "naive", "wall")),
        formatRatio(computeRatio(found, "ours", "best")),
        formatRatio(computeRatio(found, "ours", "best", "wall")),
        change(same.bytes),
      ]);
      results.push({
        measure: `${set} set, ${name}, to one sharp(input) per output`,
        value,
        target: TARGETS[set][name],
        bar: `${set} set, ${name}`,
      });
      results.push({
        measure: `${set} set, ${name}, CPU to decoded once by hand`,
        value: computeRatio(found, "ours", "best"),
        target: BY_HAND_TARGET,
      });
      results.push({
        measure: `${set} set, ${name}, peak memory, to decoded once by hand`,
        value: await comparePeakMemory(set, [file], "by-hand", { rounds, signal, progress }),
        target: 1,
      });
    }
  }
  return {
    tables: [
      {
        columns: [
          "set, original",
          "one per output, CPU ms",
          "decoded once by hand, CPU ms",
          "Safelight, CPU ms",
          "CPU to one per output",
          "wall",
          "CPU to by hand",
          "wall",
          "bytes",
        ],
        rows,
      },
    ],
    results,
  };
}

/** Discards the result: a variant may return its own time, and this is none. */
const discardResult = (work) => async () => {
  await work();
};
