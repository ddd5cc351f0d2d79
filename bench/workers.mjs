/*
 * Throughput of one, two and three `safelight work` processes on PostgreSQL and a store that speaks S3, both of the tests
 * and on this machine: `npm run bench:workers [-- --images N --concurrency N --width N]`. The images wait when the workers
 * begin; the time is that from when all of them are there to the last settlement. Beside it stands how busy the machine's
 * cores were in that time, which share of that the workers and their renderers had, and what an image cost them: what is left
 * is PostgreSQL's, the store's, and that of whatever else runs. Where the cores are busy, more workers on this machine make
 * nothing faster: an image costs its core-seconds, whoever spends them.
 */
import "../test/support/typescript-loader.mjs";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { formatRatio, renderMarkdownTable } from "./support/table.mjs";

// The server of the tests ends with this process.
process.env.SAFELIGHT_RUN = String(process.pid);
const { startCommand } = await import("../test/support/containers/running-command.ts");
const { createSharedStores } = await import("../test/support/containers/shared-stores.ts");
const { WorkerFleet } = await import("../test/support/containers/worker-fleet.ts");
const { drawTestImage } = await import("../test/support/images.ts");
const { startFauxqsStore } = await import("../test/support/s3-stores/fauxqs.ts");

const { values } = parseArgs({
  options: {
    images: { type: "string", default: "200" },
    concurrency: { type: "string", default: "1" },
    width: { type: "string", default: "1600" },
  },
});
const [IMAGES, CONCURRENCY, WIDTH] = [values.images, values.concurrency, values.width].map(Number);

/** Ticks in a second, by which Linux counts the time of processes. */
const TICKS = 100;

const picture = new Uint8Array(await drawTestImage({ width: WIDTH, height: (WIDTH * 3) / 4 }));
const rows = [];
let first;
for (const workers of [1, 2, 3]) {
  const { rate, busy, share, cost } = await measureWorkers(workers);
  first ??= rate;
  rows.push([
    workers,
    rate.toFixed(1),
    formatRatio(rate / first),
    formatPercent(busy),
    formatPercent(share),
    cost.toFixed(3),
  ]);
}
const columns = [
  "workers",
  "images a second",
  "ratio",
  "cores busy",
  "of that by workers",
  "their core-seconds an image",
];
console.log(renderMarkdownTable({ columns, rows }));
process.exit(0);

async function measureWorkers(count) {
  const store = await startFauxqsStore();
  const stores = await createSharedStores(store);
  await fillQueue(stores);
  const fleet = new WorkerFleet(stores, { concurrency: CONCURRENCY });
  const done = new Promise((resolve) => {
    fleet.watch(() => fleet.settled.length === IMAGES && resolve());
  });
  for (let added = 0; added < count; added += 1) await fleet.add();
  const began = readClock(fleet.pids);
  const before = fleet.settled.length;
  await done;
  const ended = readClock(fleet.pids);
  await fleet.close();
  await store.close();
  const seconds = (ended.now - began.now) / 1_000;
  const busySeconds = ended.busy - began.busy;
  return {
    cost: (ended.workers - began.workers) / (IMAGES - before),
    rate: (IMAGES - before) / seconds,
    busy: busySeconds / (seconds * cpus().length),
    share: (ended.workers - began.workers) / busySeconds,
  };
}

/** Uploads the images while nobody works. */
async function fillQueue({ settings: env }) {
  const words = ["serve", "--port", "0", "--no-work", "--max-waiting", "1000000"];
  const api = await startCommand(words, /^listening on (http:\S+)$/, { env });
  for (let count = 0; count < IMAGES; count += 1) {
    const answer = await fetch(`${api.address}/images`, { method: "POST", body: picture });
    if (answer.status !== 202) throw new Error(`expected 202 but received ${answer.status}`);
  }
  api.kill("SIGTERM");
  await api.ended;
}

/** The time, the seconds that this machine's cores have worked so far, and those of these processes and their children. */
function readClock(pids) {
  const busy = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return { now: performance.now(), busy: busy / 1_000, workers: sumSeconds(pids) };
}

function sumSeconds(pids) {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const own = processes.filter(({ pid, parent }) => pids.includes(pid) || pids.includes(parent));
  return own.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS;
}

/** The parent of a process and its time; `undefined` for one that has ended meanwhile. */
function readProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}

function formatPercent(part) {
  return `${(part * 100).toFixed(0)} %`;
}
