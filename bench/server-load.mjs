/*
 * Puts `safelight serve` under load on this machine and prints what it took: `npm run bench:server [-- --rounds N
 * --seconds N --connections N --rate N]`. The load comes from the same machine, so its share of the processor is part
 * of every figure.
 */
import { parseArgs } from "node:util";
import autocannon from "autocannon";
import { saturated } from "./server-load/saturated.mjs";
import { settled, startServer, upload } from "./server-load/server.mjs";
import { percentile } from "./support/measure.mjs";
import { photograph } from "./support/photographs.mjs";
import { markdownTable, ms, verdict } from "./support/table.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "20" },
    connections: { type: "string", default: "50" },
    /** Requests a second of all connections together; 0: as many as they can. */
    rate: { type: "string", default: "400" },
    megapixels: { type: "string", default: "1" },
  },
});
const [rounds, duration, connections, rate, megapixels] = [
  values.rounds,
  values.seconds,
  values.connections,
  values.rate,
  values.megapixels,
].map(Number);

/** One upload among so many requests. */
const CYCLE = 20;

const pictures = [];
for (let seed = 1; seed <= 4; seed++) pictures.push((await photograph({ megapixels, seed })).bytes);

const server = await startServer();
try {
  const records = await upload(server.url, [...pictures, ...pictures, ...pictures]);
  const rows = [];
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round} of ${rounds}\n`);
    rows.push(await playRound(round, records));
  }
  process.stdout.write(
    `${markdownTable({
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
        "renderers, MB",
      ],
      rows,
    })}\n\n`,
  );
  const read = await saturated(server.url, records[0], (await photograph({ megapixels: 12 })).bytes);
  const row = [
    "small read under saturated renderers",
    ms(read.p50),
    ms(read.p99),
    ...verdict({ value: read.p99, target: 20 }),
  ];
  process.stdout.write(
    `${markdownTable({ columns: ["", "p50, ms", "p99, ms", "target", "kept"], rows: [row] })}\n`,
  );
} finally {
  process.stderr.write(`the server ended with ${await server.stop()}\n`);
}

async function playRound(round, records) {
  const reads = readsOf(records, server.url);
  const requests = Array.from({ length: CYCLE - 1 }, (_, index) => ({
    method: "GET",
    path: reads[index % reads.length],
  }));
  const picture = pictures[round % pictures.length];
  const uploading = {
    method: "POST",
    path: "/images",
    body: picture,
    headers: { "content-type": "image/jpeg" },
  };
  const times = { read: [], upload: [] };
  const statuses = new Map();
  const instance = autocannon({
    url: server.url,
    connections,
    duration,
    requests: [...requests, uploading],
    ...(rate > 0 && { overallRate: rate }),
  });
  // Each connection goes through the requests in order.
  const position = new Map();
  instance.on("response", (client, status, _bytes, time) => {
    const at = position.get(client) ?? 0;
    position.set(client, at + 1);
    times[at % CYCLE === CYCLE - 1 ? "upload" : "read"].push(time);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  const { requests: done, errors, timeouts } = await instance;
  const start = performance.now();
  await settled(server.url, 300);
  const seconds = (performance.now() - start) / 1_000;
  const { server: own, renderers } = server.memory();
  process.stderr.write(`  ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}\n`);
  const faults = [...statuses].filter(([status]) => status >= 500).reduce((sum, [, count]) => sum + count, 0);
  return [
    round,
    done.average.toFixed(0),
    times.upload.length,
    faults,
    errors + timeouts,
    ms(percentile(times.read, 0.5)),
    ms(percentile(times.read, 0.99)),
    ms(percentile(times.upload, 0.99)),
    seconds.toFixed(1),
    (own / 1e6).toFixed(0),
    (renderers / 1e6).toFixed(0),
  ];
}

function readsOf(records, url) {
  const paths = ["/images?limit=20"];
  for (const { imageId, renditions } of records) {
    paths.push(`/images/${imageId}`, `/images/${imageId}/thumb`);
    for (const rendition of renditions) paths.push(rendition.url.slice(url.length));
  }
  return paths;
}
