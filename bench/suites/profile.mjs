import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { measureDecodingShare } from "../profile/decoding-share.mjs";
import { sortParts, splitDecoding } from "../profile/parts.mjs";
import { computeCpu, computeShares, listSpans } from "../profile/process-notes.mjs";
import { runWithNotes } from "../profile/profiled-run.mjs";
import { computeWall } from "../profile/wall-time.mjs";
import { measureProgram } from "../support/children.mjs";
import { computeMedian, measureInterleaved } from "../support/measure.mjs";
import { copyPhotographs } from "../support/photographs.mjs";
import { drawSmallPictures } from "../support/small-pictures.mjs";
import { formatMilliseconds } from "../support/table.mjs";
import { CLI } from "../support/whole-programs.mjs";

export const title = "Where the time of `safelight process` goes, by part";

/** Parts that take less of every column than this share are summed up. */
const LEAST_SHARE = 0.003;

export async function run(context) {
  if (!existsSync("/proc/self/schedstat"))
    return { tables: [], results: [], notes: ["Only Linux tells the time of a single thread."] };
  const folder = context.folder();
  const photographs = await context.originals([3, 6, 12, 24]);
  const one = photographs[2] ?? photographs[0];
  const kinds = [
    { name: "one picture", files: [one.file], photographs: [one], rounds: context.rounds * 2 },
    { name: "small", files: await drawSmallPictures(context.count("images", 127), folder), photographs: [] },
    {
      name: "photographs",
      files: copyPhotographs(photographs, context.count("originals", 40), folder),
      photographs,
    },
  ];
  const columns = [];
  for (const kind of kinds) columns.push(...(await measureKind(kind, context)));
  const parts = sortParts(columns.flatMap(({ parts }) => [...parts.keys()]));
  const isLarge = (part) => columns.some(({ parts, whole }) => (parts.get(part) ?? 0) > LEAST_SHARE * whole);
  const sumUp = (names) => (column) => names.reduce((sum, part) => sum + (column.parts.get(part) ?? 0), 0);
  const formatRow = (name, compute) => [name, ...columns.map((column) => formatPart(compute(column)))];
  return {
    tables: [
      {
        caption: `Milliseconds a picture: one photograph of 12 MP, ${kinds[1].files.length} small pictures, ${kinds[2].files.length} photographs of 3 to 24 MP, each into a new directory`,
        columns: ["part", ...columns.map(({ name }) => name)],
        rows: [
          ...parts.filter(isLarge).map((part) => formatRow(part, sumUp([part]))),
          formatRow("smaller parts", sumUp(parts.filter((part) => !isLarge(part)))),
          formatRow("unexplained", (column) => column.whole - sumUp(parts)(column)),
          formatRow("**whole**", ({ whole }) => whole),
        ],
      },
    ],
    results: [],
    notes: [
      "The whole is that of the command as everyone runs it; the parts are of runs in turns with it. CPU is that of all processes. Calls into SQLite, `fsync` and sharp are measured one by one, the rest of a main thread by its own clock, divided by what a second run found in samples, for the start and for the work apart. Of wall time, parts that are at work at the same time get equal shares. Scaling is what decoding takes more when its picture is scaled to the widest output. Unexplained is what the parts do not sum up to: the end of the processes, the moments in which nothing was at work, and what runs differ by.",
    ],
  };
}

/** Two columns, CPU and wall, in milliseconds a picture. */
async function measureKind({ name, files, photographs, rounds }, context) {
  const folder = context.folder();
  const { signal, progress } = context;
  let runs = 0;
  const listArguments = () => {
    const to = join(folder, `profiled-${name.replace(" ", "-")}-${runs++}`);
    mkdirSync(to);
    return [CLI, "process", ...files, "--data", to];
  };
  const measured = [];
  const times = await measureInterleaved(
    {
      plain: () => measureProgram(process.execPath, listArguments(), { signal, cwd: folder }),
      noted: async () => {
        const notes = await runWithNotes(listArguments(), { folder, signal });
        const sampled = await runWithNotes(listArguments(), { folder, signal, samples: true });
        measured.push({
          cpu: computeCpu(notes, computeShares(sampled)),
          wall: computeWall(notes, sampled, sampled.flatMap(listSpans)),
        });
      },
    },
    { rounds: rounds ?? context.rounds, signal, progress: (text) => progress(`${name}, ${text}`) },
  );
  const shares = [];
  for (const { file } of photographs) shares.push(await measureDecodingShare(readFileSync(file)));
  return ["cpu", "wall"].map((kind) => ({
    name: `${name}, ${kind === "cpu" ? "CPU" : kind}`,
    whole: computeMedian(times.plain[kind]) / files.length,
    // The first round is the one that warms up.
    parts: splitDecoding(
      computeMeans(
        measured.slice(1).map((round) => round[kind]),
        files.length,
      ),
      shares,
    ),
  }));
}

/** The mean of each part over the rounds, in milliseconds a picture: medians would not sum up. */
function computeMeans(rounds, pictures) {
  const parts = [...new Set(rounds.flatMap((round) => [...round.keys()]))];
  const computeMean = (part) =>
    rounds.reduce((sum, round) => sum + (round.get(part) ?? 0), 0) / rounds.length;
  return new Map(parts.map((part) => [part, computeMean(part) / 1000 / pictures]));
}

function formatPart(value) {
  return Math.abs(value) < 0.005 ? "" : formatMilliseconds(value);
}
