/*
 * The cost of a page of the listing at 1,000 and at 100,000 records, on the local DynamoDB of the tests:
 * `npm run bench:listing-aws [-- --records N --rounds N]`. Items read are counted on the recorded commands; a page
 * that reads more than a small multiple of itself ends it with 1. Times are medians of turns, and say more about the
 * emulator than about DynamoDB.
 */
import "../test/support/typescript-loader.mjs";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { computeMedian, computeRatio, measureInterleaved } from "./support/measure.mjs";
import { formatMilliseconds, formatRatio, renderMarkdownTable } from "./support/table.mjs";

const { deriveSortKey } = await import("../src/adapters/aws/records-layout.ts");
const { DynamoMetadataRepository } = await import("../src/adapters/aws/metadata-repository.ts");
const { createClientOptions } = await import("../test/support/cloud/clients.ts");
const { createTable, startDynamo } = await import("../test/support/cloud/dynamo.ts");
const { fillTable } = await import("../test/support/cloud/fill-table.ts");
const { countItemsRead, recordCommands } = await import("../test/support/cloud/recorder.ts");
const { createRecord, createTime } = await import("../src/ports/contracts/metadata-repository/records.ts");

const { values } = parseArgs({
  options: { records: { type: "string", default: "100000" }, rounds: { type: "string", default: "20" } },
});
const SIZES = [1_000, Number(values.records)];
const LIMIT = 100;

/** The keys of a page, and those that the eight partitions of a listing read beyond their share, for a table of any size. */
const MAX_KEYS = 2 * (LIMIT + 1);
const FILL = 5_000;

/** Every kind of page: the first one, one from the middle, one of a tag that one record in a thousand has. */
const PAGES = {
  "first page": async ({ records }) => records.list({ limit: LIMIT }),
  "middle page": async ({ records, middle }) => records.list({ limit: LIMIT, cursor: middle }),
  "page of a status": async ({ records }) => records.list({ limit: LIMIT, status: "ready" }),
  "page of a rare tag": async ({ records }) => records.list({ limit: LIMIT, tag: "rare" }),
};

const dynamo = await startDynamo();
const client = new DynamoDBClient(createClientOptions(dynamo.endpoint));
const sent = recordCommands([client]);
try {
  const tables = [];
  for (const size of SIZES) tables.push(await createFilledTable(size));
  const rows = [];
  for (const [page, list] of Object.entries(PAGES)) {
    const read = [];
    for (const table of tables) {
      sent.length = 0;
      await list(table);
      read.push(countItemsRead(sent));
    }
    const variants = Object.fromEntries(tables.map((table) => [table.size, () => list(table)]));
    const taken = await measureInterleaved(variants, { rounds: Number(values.rounds) });
    const [few, many] = SIZES;
    rows.push([
      page,
      ...read.map(({ queried, fetched }) => `${queried} + ${fetched}`),
      ...SIZES.map((size) => formatMilliseconds(computeMedian(taken[size].wall))),
      formatRatio(computeRatio(taken, many, few, "wall")),
    ]);
    for (const { queried, fetched } of read) {
      if (fetched <= LIMIT + 1 && queried <= MAX_KEYS) continue;
      process.stderr.write(
        `a ${page} read ${queried} keys and ${fetched} records; at most ${MAX_KEYS} and ${LIMIT + 1} are allowed\n`,
      );
      process.exitCode = 1;
    }
  }
  const columns = [
    "",
    ...SIZES.map((size) => `keys + records at ${size}`),
    ...SIZES.map((size) => `ms at ${size}`),
  ];
  process.stdout.write(`${renderMarkdownTable({ columns: [...columns, "ratio"], rows })}\n`);
} finally {
  client.destroy();
  await dynamo.close();
}

async function createFilledTable(size) {
  const table = `records-${size}`;
  await createTable(client, table);
  for (let from = 0; from < size; from += FILL) {
    process.stderr.write(`${from} of ${size}\n`);
    const count = Math.min(FILL, size - from);
    await fillTable(
      client,
      table,
      Array.from({ length: count }, (_, index) => createNumberedRecord(from + index)),
    );
    sent.length = 0;
  }
  const records = new DynamoMetadataRepository({ client, table });
  // A cursor is a sort key and knows nothing about pages: that of any record will do.
  const half = createRecord("half", { createdAt: createTime(size / 2) });
  await records.commit(half, { replacing: "nothing" });
  return { size, records, middle: deriveSortKey(half) };
}

function createNumberedRecord(index) {
  return createRecord(`k${index}`, {
    createdAt: createTime(index),
    tags: index % 1_000 === 7 ? ["rare"] : [],
  });
}
