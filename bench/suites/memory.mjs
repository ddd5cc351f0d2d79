import { runChild } from "../support/children.mjs";
import { computeMedian } from "../support/measure.mjs";
import { formatRatio } from "../support/table.mjs";

export const title = "Memory: a soak, two in flight, and a long run";

/** The settings of a long-lived process: its environment, and its arguments for Node. */
const LONG_LIVED = { MALLOC_ARENA_MAX: "1", MALLOC_MMAP_THRESHOLD_: "4194304" };
const SPACE = "--max-semi-space-size=2";

/** One process each: what is measured is the most that it ever held. */
const WAYS = {
  "one sharp(input) per output": ["naive", {}, []],
  "one sharp(input) per output, as a long-lived process": ["naive", LONG_LIVED, [SPACE]],
  "Safelight, in this process": ["ours", {}, []],
  "Safelight, in this process, as a long-lived one": ["ours", LONG_LIVED, [SPACE]],
  "Safelight, worker processes and all": ["workers", {}, []],
};

const JOBS = 60;

export async function run({ originals, rounds, count, signal, progress }) {
  const files = [...(await originals([12, 24])), ...(await originals([24], { progressive: true }))].map(
    ({ file }) => file,
  );
  const peaks = Object.fromEntries(Object.keys(WAYS).map((name) => [name, []]));
  for (let round = 0; round < Math.max(1, Math.round(rounds / 3)); round++) {
    for (const [name, [way, env, flags]] of Object.entries(WAYS)) {
      progress(`soak, ${name}`);
      peaks[name].push((await runChild("soak", [way, JOBS, "JPEG", ...files], { signal, env, flags })).peak);
    }
  }
  const [base] = Object.keys(WAYS);
  const takeMedian = (name) => computeMedian(peaks[name]);
  const images = count("images", 3000);
  const [small] = await originals([1]);
  const growth = {};
  for (const [name, env, flags] of [
    ["as it is", {}, []],
    ["as a long-lived process", LONG_LIVED, [SPACE]],
  ]) {
    progress(`${images} pictures, ${name}`);
    const { samples } = await runChild("soak", ["ours", images, "thumbnails", small.file], {
      signal,
      env,
      flags: ["--expose-gc", ...flags],
    });
    growth[name] = computeGrowth(samples);
  }
  const inProcess = takeMedian("Safelight, in this process") / takeMedian(base);
  const tuned = takeMedian("Safelight, in this process, as a long-lived one") / takeMedian(base);
  return {
    tables: [
      {
        caption: `${JOBS} JPEG sets of 12, 24 and progressive 24 MP originals`,
        columns: ["way", "peak resident MB", "to one per output"],
        rows: Object.keys(WAYS).map((name) => [
          name,
          takeMedian(name).toFixed(0),
          formatRatio(takeMedian(name) / takeMedian(base)),
        ]),
      },
      {
        caption: `${images} thumbnail sets of a 1 MP original: growth of the least memory held with nothing in flight, from the second third to the last`,
        columns: ["way", "growth, MB per 1,000 pictures"],
        rows: Object.entries(growth).map(([name, slope]) => [name, slope.toFixed(1)]),
      },
    ],
    results: [
      {
        measure: "soak, peak resident memory, to one sharp(input) per output",
        value: inProcess,
      },
      {
        measure:
          "soak, peak resident memory, to one sharp(input) per output, Safelight as a long-lived process",
        value: tuned,
        target: 0.4,
      },
      { measure: "growth a thousand pictures", value: growth["as it is"], unit: "MB" },
      {
        measure: "growth a thousand pictures, as a long-lived process",
        value: growth["as a long-lived process"],
        target: 2,
        unit: "MB",
      },
    ],
    notes: [
      "One per output is written with `Promise.all`, as most people write it. Peaks are of whole processes, with Node and the originals in memory; those of workers are added, although they may occur at different times. A long-lived process starts with `MALLOC_ARENA_MAX=1` and `MALLOC_MMAP_THRESHOLD_=4194304` in its environment, which glibc reads only at the start, and with `--max-semi-space-size=2`. The command line and the server start their workers with the first and the last; the threshold costs a fiftieth of the time.",
    ],
  };
}

/**
 * Megabytes a thousand pictures. The first third fills the pools; of the others, what counts is the least that was
 * held: a buffer that happens to be still there at one look is no growth.
 */
function computeGrowth(samples) {
  const third = Math.floor(samples.length / 3);
  const findLeast = (part) => Math.min(...part.map(([, held]) => held));
  const grown = findLeast(samples.slice(-third)) - findLeast(samples.slice(third, 2 * third));
  return (grown / (samples[third][0] - samples[0][0])) * 1000;
}
