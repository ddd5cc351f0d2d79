/*
 * Puts `safelight serve` under load on this machine and prints what it took: `npm run bench:server [-- --rounds N
 * --seconds N --connections N --rate N --megapixels N]`. One request in 20 is an upload. The load comes from the same
 * machine, so its share of the processor is in every figure; the bare server tells how large that share is.
 */
import { parseArgs } from "node:util";
import { startBareServer } from "./server-load/bare.mjs";
import { load } from "./server-load/load.mjs";
import { loadWhileSaturated } from "./server-load/saturated.mjs";
import { startServer, upload, waitUntilSettled } from "./server-load/server.mjs";
import { computePercentile } from "./support/measure.mjs";
import { drawPhotograph } from "./support/photographs.mjs";
import { formatMilliseconds, isReached, judgeFigure, renderMarkdownTable } from "./support/table.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "20" },
    connections: { type: "string", default: "50" },
    /** Requests a second of all connections together; 0: as many as they can. */
    rate: { type: "string", default: "200" },
    megapixels: { type: "string", default: "1" },
  },
});
const numbers = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
const { rounds, seconds, connections, rate, megapixels } = numbers;

/** Milliseconds. */
const TARGETS = { read: 50, saturated: 20 };

const pictures = [];
for (let seed = 1; seed <= 4; seed++) pictures.push((await drawPhotograph({ megapixels, seed })).bytes);

const bare = await playBare();
const server = await startServer();
try {
  const records = await upload(server.url, [...pictures, ...pictures, ...pictures]);
  const played = [];
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round} of ${rounds}\n`);
    played.push(await playRound(round, records));
  }
  process.stdout.write(`${renderMarkdownTable(renderRoundsTable(played))}\n\n`);
  const { file } = await drawPhotograph({ megapixels: 12 });
  const small = await loadWhileSaturated(server.url, records[0], file);
  const read = {
    value: Math.max(...played.map(({ reads }) => computePercentile(reads, 0.99))),
    target: TARGETS.read,
  };
  const single = { value: small.p99, target: TARGETS.saturated };
  const rows = [
    ["p99 of reads, worst round, ms", formatMilliseconds(read.value), ...judgeFigure(read)],
    [
      "p99 of one small read after the other, renderers saturated, ms",
      formatMilliseconds(single.value),
      ...judgeFigure(single),
    ],
  ];
  process.stdout.write(`${renderMarkdownTable({ columns: ["", "found", "target", "kept"], rows })}\n`);
  const clean = played.every(({ faults, failed }) => faults === 0 && failed === 0);
  if (!clean || !isReached(read) || !isReached(single)) process.exitCode = 1;
} finally {
  process.stderr.write(`the server ended with ${await server.stop()}\n`);
}

function renderRoundsTable(played) {
  const formatMegabytes = (bytes) => (bytes / 1e6).toFixed(0);
  return {
    columns: [
      "round",
      "requests/s",
      "uploads",
      "5xx",
      "failed",
      "read p50, ms",
      "read p99, ms",
      "upload p99, ms",
      "all ready after, s",
      "server, MB",
      "settler and renderers, MB",
    ],
    rows: [
      [
        "bare server, reads only",
        bare.perSecond.toFixed(0),
        0,
        bare.faults,
        bare.failed,
        formatMilliseconds(computePercentile(bare.reads, 0.5)),
        formatMilliseconds(computePercentile(bare.reads, 0.99)),
        ...Array(4).fill(""),
      ],
      ...played.map(({ round, perSecond, reads, uploads, faults, failed, left, memory }) => [
        round,
        perSecond.toFixed(0),
        uploads.length,
        faults,
        failed,
        formatMilliseconds(computePercentile(reads, 0.5)),
        formatMilliseconds(computePercentile(reads, 0.99)),
        formatMilliseconds(computePercentile(uploads, 0.99)),
        left.toFixed(1),
        formatMegabytes(memory.server),
        formatMegabytes(memory.others),
      ]),
    ],
  };
}

/** The same load without uploads on a server that does nothing. */
async function playBare() {
  const { url, stop } = await startBareServer();
  try {
    return await load({ url, connections, seconds, rate, paths: ["/"] });
  } finally {
    stop();
  }
}

async function playRound(round, records) {
  const paths = createReads(records, server.url);
  const picture = pictures[round % pictures.length];
  const found = await load({ url: server.url, connections, seconds, rate, paths, upload: picture });
  const start = performance.now();
  await waitUntilSettled(server.url, 300);
  return { round, ...found, left: (performance.now() - start) / 1_000, memory: server.memory() };
}

function createReads(records, url) {
  const paths = ["/images?limit=20"];
  for (const { imageId, renditions } of records) {
    paths.push(`/images/${imageId}`, `/images/${imageId}/thumb`);
    for (const rendition of renditions) paths.push(rendition.url.slice(url.length));
  }
  return paths;
}
