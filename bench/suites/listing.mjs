import { join } from "node:path";
import { local } from "safelight/local";
import { computeMedian, computeRatio, measureInterleaved } from "../support/measure.mjs";
import { createRecord } from "../support/records.mjs";
import { formatMilliseconds } from "../support/table.mjs";

export const title = "Listing: a page of 50 as the records grow, on SQLite";

/** Records at which a page is timed on the way. */
const STEPS = [10, 100, 1_000, 10_000, 100_000];
const SMALL = 1_000;

/** Pages in a row: one is too short to be timed well. */
const REPEAT = 20;

export async function run({ rounds, folder, signal, progress }) {
  const small = local({ dir: join(folder({ quick: true }), "small") });
  const large = local({ dir: join(folder(), "large") });
  try {
    for (let number = 0; number < SMALL; number++)
      await small.records.commit(createRecord(number), { replacing: "nothing" });
    const rows = [];
    let number = 0;
    for (const step of STEPS) {
      for (; number < step; number++) {
        signal.throwIfAborted();
        if (number % 1_000 === 0) progress(`${number} records`);
        await large.records.commit(createRecord(number), { replacing: "nothing" });
      }
      const found = await measureInterleaved(
        { page: () => readPages(large.records), get: () => readRecords(large.records, step) },
        { rounds: 5, signal },
      );
      const formatCost = (ask) => formatMilliseconds(computeMedian(found[ask].cpu) / REPEAT);
      rows.push([step.toLocaleString("en"), formatCost("page"), formatCost("get")]);
    }
    const asks = {
      "first page": () => ({}),
      "page in the middle": findMiddleCursor,
      "page of one tag": () => ({ tag: "tag-3" }),
      "page of one status": () => ({ status: "ready" }),
    };
    const results = [];
    for (const [name, ask] of Object.entries(asks)) {
      const [few, many] = [await ask(small.records, SMALL), await ask(large.records, STEPS.at(-1))];
      const found = await measureInterleaved(
        { few: () => readPages(small.records, few), many: () => readPages(large.records, many) },
        { rounds: rounds * 5, signal, progress: (text) => progress(`${name}, ${text}`) },
      );
      results.push({
        measure: `${name} at 100,000 records, to 1,000`,
        value: computeRatio(found, "many", "few"),
        target: 1.2,
      });
    }
    return {
      tables: [{ columns: ["records", "first page, CPU ms", "one record, CPU ms"], rows }],
      results,
      notes: [
        "The database is in memory where the system has such a folder, because building it is otherwise mostly waiting for the disk; pages are read from the system's cache either way.",
      ],
    };
  } finally {
    small.close();
    large.close();
  }
}

async function readPages(records, ask = {}) {
  for (let i = 0; i < REPEAT; i++) {
    const { items } = await records.list({ limit: 50, ...ask });
    if (items.length === 0) throw new Error("a page of the listing was empty");
  }
}

async function readRecords(records, count) {
  for (let i = 0; i < REPEAT; i++) {
    const { imageId } = createRecord((i * 7_919) % count);
    if (!(await records.get(imageId))) throw new Error(`the record of ${imageId} was not found`);
  }
}

/** A cursor half way down. */
async function findMiddleCursor(records, count) {
  let cursor;
  for (let seen = 0; seen < count / 2; seen += 500)
    cursor = (await records.list({ limit: 500, cursor })).cursor;
  return { cursor };
}
