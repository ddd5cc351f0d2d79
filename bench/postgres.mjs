/*
 * Records and queue on PostgreSQL at size, on a server of the tests that is started for it:
 * `npm run bench:postgres [-- --records N --changes N --rounds N]`. A page of a listing at 1,000 and at 1,000,000 records,
 * and claiming and acknowledging one change with 100,000 waiting. A figure over its target ends it with 1. The server
 * syncs nothing to its disk: the times are those of its work, not of a disk.
 */
import "../test/support/typescript-loader.mjs";
import { parseArgs } from "node:util";
import pg from "pg";
import { computeMedian, computeRatio, measureInterleaved } from "./support/measure.mjs";
import { formatMilliseconds, formatRatio, judgeFigure, renderMarkdownTable } from "./support/table.mjs";

const { postgres } = await import("../src/adapters/postgres/index.ts");
const { startOwnServer, toConnectionString } = await import("../test/support/postgres/server.ts");
const { createRecord } = await import("../src/ports/contracts/metadata-repository/records.ts");

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "1000000" },
    changes: { type: "string", default: "100000" },
    rounds: { type: "string", default: "100" },
  },
});
const [SIZE, WAITING, ROUNDS] = [values.records, values.changes, values.rounds].map(Number);
const SIZES = [1_000, SIZE];
const LIMIT = 100;
const [MOST_RATIO, MOST_MILLISECONDS] = [1.3, 5];

/** Every kind of page: the first one, one from the middle, one of a tag that one record in a thousand has. */
const PAGES = {
  "first page": async ({ ports }) => ports.records.list({ limit: LIMIT }),
  "middle page": async ({ ports, middle }) => ports.records.list({ limit: LIMIT, cursor: middle }),
  "page of a status": async ({ ports }) => ports.records.list({ limit: LIMIT, status: "ready" }),
  "page of an owner": async ({ ports }) => ports.records.list({ limit: LIMIT, owner: "owner-3" }),
  "page of a rare tag": async ({ ports }) => ports.records.list({ limit: LIMIT, tag: "rare" }),
};

const server = await startOwnServer();
const connectionString = toConnectionString(server);
const admin = new pg.Pool({ connectionString, max: 1 });
const figures = [];
try {
  const tables = [];
  for (const size of SIZES) tables.push(await createFilledTable(size));
  const rows = [];
  for (const [page, list] of Object.entries(PAGES)) {
    const variants = Object.fromEntries(tables.map((table) => [table.size, () => list(table)]));
    const taken = await measureInterleaved(variants, { rounds: ROUNDS });
    const ratio = computeRatio(taken, SIZE, SIZES[0], "wall");
    const figure = { value: ratio, target: MOST_RATIO };
    figures.push(figure);
    rows.push([
      page,
      ...SIZES.map((size) => formatMilliseconds(computeMedian(taken[size].wall))),
      formatRatio(ratio),
      ...judgeFigure(figure),
    ]);
  }
  const columns = ["page of 100", ...SIZES.map((size) => `${size} ms`), "ratio", "target", "reached"];
  console.log(`${renderMarkdownTable({ columns, rows })}\n`);
  await measureQueue(tables[0]);
  await Promise.all(tables.map(({ ports }) => ports.close()));
} finally {
  await admin.end();
}
process.exit(figures.every(({ value, target }) => value <= target) ? 0 : 1);

/** A schema with so many records: rows of one record, each with an id, a time, an owner and tags of its own. */
async function createFilledTable(size) {
  const ports = postgres({ connectionString, schema: `records_${size}` });
  const sample = createRecord("k", { status: "pending", owner: "owner-0" });
  await ports.records.commit(sample, { replacing: "nothing" });
  // The record keeps its own id, which is that of its key; the times differ, so that a cursor finds its place.
  await admin.query(
    `INSERT INTO records_${size}.records (image_id, status, created_at, version, edition, owner, record)
     SELECT made.id, 'ready', made.time, version, edition, made.owner,
       jsonb_set(record::jsonb, '{createdAt}', to_jsonb(made.time))::text
     FROM records_${size}.records, LATERAL (
       SELECT lpad(i::text, 22, '0') AS id, '"owner-' || i % 10 || '"' AS owner,
         to_char(timestamp '2026-01-01' + i * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS time
       FROM generate_series(1, $1::integer) AS i
     ) AS made`,
    [size - 1],
  );
  await admin.query(
    `INSERT INTO records_${size}.record_tags (image_id, tag, owner, status, created_at)
     SELECT image_id, tag, owner, status, created_at FROM records_${size}.records,
       unnest(CASE WHEN hashtext(image_id) % $1 = 0 THEN ARRAY['"rare"', '"common"'] ELSE ARRAY['"common"'] END) AS tag`,
    [size / 1_000],
  );
  await admin.query(`VACUUM ANALYZE records_${size}.records, records_${size}.record_tags`);
  const { cursor: middle } = await ports.records.list({ limit: Math.min(1_000, size / 2) });
  return { size, ports, middle };
}

async function measureQueue({ ports, size }) {
  await admin.query(
    `INSERT INTO records_${size}.changes (image_id, change)
     SELECT 'i' || i, '{"type":"unknown","key":"k' || i || '","sequencer":"1"}' FROM generate_series(1, $1::integer) AS i`,
    [WAITING],
  );
  await admin.query(`ANALYZE records_${size}.changes`);
  const takeOne = async () => {
    const [delivery] = await ports.queue.receive({ limit: 1 });
    await ports.queue.acknowledge(delivery.id);
  };
  const taken = await measureInterleaved({ one: takeOne }, { rounds: ROUNDS * 10 });
  const figure = { value: computeMedian(taken.one.wall), target: MOST_MILLISECONDS };
  figures.push(figure);
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let times = 0; times < ROUNDS * 10; times += 1) await takeOne();
    }),
  );
  const rate = (ROUNDS * 40 * 1_000) / (performance.now() - began);
  const rows = [
    [`claim and acknowledge, ${WAITING} waiting`, formatMilliseconds(figure.value), ...judgeFigure(figure)],
  ];
  console.log(renderMarkdownTable({ columns: ["queue", "ms", "target", "reached"], rows }));
  console.log(`\nfour at a time: ${rate.toFixed(0)} a second`);
}
