import { bundlePrograms } from "../lambda/bundles.mjs";
import { measureCold } from "../lambda/cold.mjs";
import { startLocalCloud } from "../lambda/local-processes.mjs";
import { computeSizes } from "../lambda/memory-sizes.mjs";
import { computePairedRatio, measureWarm } from "../lambda/warm.mjs";
import { computeMedian, computeRatio } from "../support/measure.mjs";
import { formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "Lambda: the bundled process function, warm and from a cold start";

/** Pairs of processes for the warm function: memory is another one in each. */
const STARTS = 3;

/** The cores that a function may use, as taskset names them. */
const CORES = { "1 core": "0", "2 cores": "0,1" };

const NAMES = {
  process: "the process function",
  bare: "bare handler",
  sharp: "sharp",
  clients: "clients of S3 and DynamoDB",
  floor: "sharp and these clients",
};

export async function run(context) {
  const { rounds, signal, progress } = context;
  const folders = await bundlePrograms(context.folder(), { signal });
  const [{ file }] = await context.originals([12]);
  const { bare, ...starts } = folders;
  const warm = {};
  const cloud = await startLocalCloud({ signal });
  try {
    const compared = { process: folders.process, bare };
    for (const [name, cores] of Object.entries(CORES))
      warm[name] = await measureWarm(compared, {
        cloud,
        file,
        rounds: rounds * 3,
        starts: STARTS,
        cores,
        signal,
        progress,
      });
  } finally {
    await cloud.end();
  }
  const cold = await measureCold(starts, { rounds: rounds * 10, signal, progress });
  const both = warm["2 cores"];
  return {
    tables: [listWarm(warm), listSizes(warm), listCold(cold)],
    results: [
      {
        measure: "warm function, 12 MP, wall time, to the bare handler",
        value: computePairedRatio(both, "process", "bare", "wall"),
        target: 1.1,
      },
      { measure: "the same, CPU", value: computePairedRatio(both, "process", "bare", "cpu") },
      {
        measure: "the same on one core, wall time",
        value: computePairedRatio(warm["1 core"], "process", "bare", "wall"),
        target: 1.1,
      },
      {
        measure: "warm function, most memory held, to the bare handler",
        value: computePairedRatio(both, "process", "bare", "peak"),
        target: 1,
      },
      {
        measure: "cold start of the function, wall time, to sharp and the clients",
        value: computeRatio(cold, "process", "floor", "wall"),
        target: 1.06,
      },
      { measure: "the same, CPU", value: computeRatio(cold, "process", "floor") },
    ],
    notes: [
      "The bare handler gets the original, makes the two outputs of the default configuration side by side and puts them; it knows no record, no hash and no placeholder. Both are long-lived processes on the local cloud of the tests, which is a process of its own. A cold start is the time from before the code is loaded until the function has taken an event that says nothing; downloading the code and starting Node are Lambda's.",
    ],
  };
}

function listWarm(warm) {
  const rows = Object.entries(warm).flatMap(([cores, found]) =>
    Object.entries(found).map(([name, { cpu, wall, peak }]) => [
      `${NAMES[name]}, ${cores}`,
      formatMilliseconds(computeMedian(cpu)),
      formatMilliseconds(computeMedian(wall)),
      computeMedian(peak).toFixed(0),
    ]),
  );
  return {
    caption: "Warm, a photograph of 12 MP",
    columns: ["way", "CPU ms", "wall ms", "peak resident MB"],
    rows,
  };
}

/** By the quickest of each: what other programs of this machine took is nobody's bill. */
function listSizes(warm) {
  const [oneCore, twoCores] = Object.values(warm).map(({ process: { cpu, wall } }) => {
    const quickest = wall.indexOf(Math.min(...wall));
    return { cpu: cpu[quickest], wall: wall[quickest] };
  });
  return {
    caption: "Sizes of the function, by its quickest invocations, for a million such photographs on arm64",
    columns: ["memory", "cores", "ms", "which is", "US dollars"],
    rows: computeSizes({ oneCore, twoCores }).map(
      ({ megabytes, cores, milliseconds, isMeasured, dollars }) => [
        `${megabytes.toLocaleString("en")} MB`,
        formatRatio(cores),
        formatMilliseconds(milliseconds),
        isMeasured ? "measured" : "computed",
        dollars.toFixed(2),
      ],
    ),
  };
}

function listCold(cold) {
  return {
    caption: "From a cold start until ready",
    columns: ["what is loaded", "CPU ms", "wall ms", `wall to ${NAMES.floor}`],
    rows: Object.entries(cold).map(([name, { cpu, wall }]) => [
      NAMES[name],
      formatMilliseconds(computeMedian(cpu)),
      formatMilliseconds(computeMedian(wall)),
      formatRatio(computeRatio(cold, name, "floor", "wall")),
    ]),
  };
}
