import assert from "node:assert/strict";
import type { ImageStatus } from "../../../domain/model/image-record.js";
import { sealCursor } from "../../checked/cursors.js";
import { FORGED_POSITIONS, same, unlessRefused } from "../expectations.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { fill, recordOf, replacedAt, sorted, timeOf, versionOf, walk } from "./records.js";

/** The laws of a metadata repository about `list`. */
export const LISTING_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "list gives the records newest first by createdAt, equal times in the order of imageId",
    check: async ({ records }) => {
      const some = Array.from({ length: 24 }, (_, index) =>
        recordOf(`k${index}`, { createdAt: timeOf((index * 7) % 4), processedAt: timeOf(index) }),
      );
      await fill(records, some);
      const expected = some.sort((a, b) =>
        a.createdAt === b.createdAt ? compare(a.imageId, b.imageId) : compare(b.createdAt, a.createdAt),
      );
      for (const limit of [1, 5, 100])
        same(await walk(records, { limit }), expected, `the pages of ${limit}`);
    },
  },
  {
    name: "list leaves tombstones out",
    check: async ({ records }) => {
      await fill(records, [recordOf("a"), recordOf("b", { status: "removed", tags: ["t"] })]);
      same(await walk(records, { limit: 9 }), [recordOf("a")], "the listing");
      same(await walk(records, { limit: 9, tag: "t" }), [], "the listing of the tombstone's tag");
      await records.commit(recordOf("a", { version: versionOf(2), status: "removed" }), {
        replacing: replacedAt(versionOf(1)),
      });
      same(await walk(records, { limit: 9 }), [], "the listing once all are removed");
    },
  },
  {
    name: "with status list gives only records that have it",
    check: async ({ records }) => {
      const statuses: readonly Exclude<ImageStatus, "removed">[] = ["pending", "ready", "rejected"];
      const some = statuses.flatMap((status) =>
        [1, 2, 3].map((index) => recordOf(`${status} ${index}`, { status })),
      );
      await fill(records, some);
      for (const status of statuses) {
        const listed = await walk(records, { limit: 2, status });
        same(
          sorted(listed),
          sorted(some.filter((record) => record.status === status)),
          `the ${status} records`,
        );
      }
      const moved = recordOf("pending 1", { version: versionOf(2), status: "ready" });
      await records.commit(moved, { replacing: replacedAt(versionOf(1)) });
      same(
        (await walk(records, { limit: 9, status: "pending" })).length,
        2,
        "what is pending after one is ready",
      );
    },
  },
  {
    name: "with tag list gives only records that have it",
    check: async ({ records }) => {
      const some = [
        ["cat"],
        ["Cat"],
        ["cat", "dog"],
        ["cats"],
        ["dog"],
        [],
        ["ca%"],
        ["c_t"],
        ["it's", '"'],
      ].map((tags, index) => recordOf(`k${index}`, { tags, status: index % 2 ? "ready" : "rejected" }));
      await fill(records, some);
      for (const tag of ["cat", "Cat", "dog", "ca%", "c_t", "it's", '"', "bird", ""]) {
        const tagged = some.filter(({ tags }) => tags.includes(tag));
        same(sorted(await walk(records, { limit: 1, tag })), sorted(tagged), `the records tagged ${tag}`);
        const ready = tagged.filter(({ status }) => status === "ready");
        same(
          sorted(await walk(records, { limit: 1, tag, status: "ready" })),
          sorted(ready),
          `those that are ready`,
        );
      }
      await records.commit(recordOf("k0", { version: versionOf(2), tags: ["dog"] }), {
        replacing: replacedAt(versionOf(1)),
      });
      same(
        (await walk(records, { limit: 9, tag: "cat" })).length,
        1,
        "what is tagged cat after one lost the tag",
      );
    },
  },
  {
    name: "a record that is there, unchanged, from the first page to the last is listed exactly once",
    check: async ({ records }) => {
      // All of one moment: a cursor that kept only the time, or only a count, would lose or repeat some.
      const stay = Array.from({ length: 12 }, (_, index) => recordOf(`stay ${index}`));
      const go = Array.from({ length: 6 }, (_, index) => recordOf(`go ${index}`));
      await fill(records, [...stay, ...go]);
      const listed = await walk(records, { limit: 3 }, async () => {
        await fill(
          records,
          Array.from({ length: 6 }, (_, index) =>
            recordOf(`come ${index}`, { createdAt: timeOf(index % 3) }),
          ),
        );
        for (const record of go) await records.purge(record.imageId, { replacing: record });
      });
      const keys = listed.map(({ key }) => key);
      same(
        keys.filter((key) => key.startsWith("stay")).sort(),
        stay.map(({ key }) => key).sort(),
        "those that stayed",
      );
      same(new Set(keys).size, keys.length, "the number of different records");
    },
  },
  {
    name: "list's cursor continues after a page, and survives the record it stopped at",
    check: async ({ records }) => {
      const some = [3, 2, 1].map((age) => recordOf(`k${age}`, { createdAt: timeOf(age) }));
      await fill(records, some);
      const first = await records.list({ limit: 1 });
      same(first.items, some.slice(0, 1), "the first page");
      for (const record of first.items) await records.purge(record.imageId, { replacing: record });
      assert.ok(first.cursor !== undefined, "expected a cursor where two records follow");
      same((await records.list({ limit: 9, cursor: first.cursor })).items, some.slice(1), "what follows");
      same(await records.list({ limit: 3 }), { items: some.slice(1) }, "a page that holds all");
    },
  },
  {
    name: "list's limit is the most items a page may have",
    check: async ({ records }) => {
      await fill(
        records,
        ["a", "b", "c"].map((key) => recordOf(key)),
      );
      for (const limit of [1, 2]) {
        const { items } = await records.list({ limit });
        assert.ok(
          items.length <= limit,
          `expected at most ${limit} items on a page but received ${items.length}`,
        );
      }
    },
  },
  {
    name: "a position that list did not make gives records of the listing, or is refused as invalid-input",
    check: async ({ records }) => {
      const tagged = recordOf("a", { tags: ["t"] });
      await fill(records, [tagged, recordOf("b"), recordOf("c", { tags: ["t"], status: "removed" })]);
      for (const position of FORGED_POSITIONS) {
        const cursor = sealCursor(["records", null, "t", null], position);
        const listed = await unlessRefused(records.list({ limit: 9, tag: "t", cursor }));
        const foreign = listed.filter(({ imageId }) => imageId !== tagged.imageId);
        same(foreign, [], `what follows ${JSON.stringify(position)} and is of another listing`);
      }
    },
  },
];

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
