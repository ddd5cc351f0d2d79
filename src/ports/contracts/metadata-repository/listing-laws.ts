import assert from "node:assert/strict";
import type { ImageStatus } from "../../../domain/model/image-record.js";
import { sealCursor } from "../../checked/cursors.js";
import { assertSame, FORGED_POSITIONS, readPageUnlessRefused } from "../expectations.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import {
  createRecord,
  createReplaced,
  createTime,
  createVersion,
  fill,
  sortRecords,
  walk,
} from "./records.js";

/** The laws of a metadata repository about `list`. */
export const LISTING_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "list gives the records newest first by createdAt, equal times in the order of imageId",
    check: async ({ records }) => {
      const some = Array.from({ length: 24 }, (_, index) =>
        createRecord(`k${index}`, { createdAt: createTime((index * 7) % 4), processedAt: createTime(index) }),
      );
      await fill(records, some);
      const expected = some.sort((a, b) =>
        a.createdAt === b.createdAt ? compare(a.imageId, b.imageId) : compare(b.createdAt, a.createdAt),
      );
      for (const limit of [1, 5, 100])
        assertSame(await walk(records, { limit }), expected, `the pages of ${limit}`);
    },
  },
  {
    name: "list leaves tombstones out",
    check: async ({ records }) => {
      await fill(records, [createRecord("a"), createRecord("b", { status: "removed", tags: ["t"] })]);
      assertSame(await walk(records, { limit: 9 }), [createRecord("a")], "the listing");
      assertSame(await walk(records, { limit: 9, tag: "t" }), [], "the listing of the tombstone's tag");
      await records.commit(createRecord("a", { version: createVersion(2), status: "removed" }), {
        replacing: createReplaced(createVersion(1)),
      });
      assertSame(await walk(records, { limit: 9 }), [], "the listing once all are removed");
    },
  },
  {
    name: "with status list gives only records that have it",
    check: async ({ records }) => {
      const statuses: readonly Exclude<ImageStatus, "removed">[] = ["pending", "ready", "rejected"];
      const some = statuses.flatMap((status) =>
        [1, 2, 3].map((index) => createRecord(`${status} ${index}`, { status })),
      );
      await fill(records, some);
      for (const status of statuses) {
        const listed = await walk(records, { limit: 2, status });
        assertSame(
          sortRecords(listed),
          sortRecords(some.filter((record) => record.status === status)),
          `the ${status} records`,
        );
      }
      const moved = createRecord("pending 1", { version: createVersion(2), status: "ready" });
      await records.commit(moved, { replacing: createReplaced(createVersion(1)) });
      assertSame(
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
      ].map((tags, index) => createRecord(`k${index}`, { tags, status: index % 2 ? "ready" : "rejected" }));
      await fill(records, some);
      for (const tag of ["cat", "Cat", "dog", "ca%", "c_t", "it's", '"', "bird", ""]) {
        const tagged = some.filter(({ tags }) => tags.includes(tag));
        assertSame(
          sortRecords(await walk(records, { limit: 1, tag })),
          sortRecords(tagged),
          `the records tagged ${tag}`,
        );
        const ready = tagged.filter(({ status }) => status === "ready");
        assertSame(
          sortRecords(await walk(records, { limit: 1, tag, status: "ready" })),
          sortRecords(ready),
          `those that are ready`,
        );
      }
      await records.commit(createRecord("k0", { version: createVersion(2), tags: ["dog"] }), {
        replacing: createReplaced(createVersion(1)),
      });
      assertSame(
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
      const stay = Array.from({ length: 12 }, (_, index) => createRecord(`stay ${index}`));
      const go = Array.from({ length: 6 }, (_, index) => createRecord(`go ${index}`));
      await fill(records, [...stay, ...go]);
      const listed = await walk(records, { limit: 3 }, async () => {
        await fill(
          records,
          Array.from({ length: 6 }, (_, index) =>
            createRecord(`come ${index}`, { createdAt: createTime(index % 3) }),
          ),
        );
        for (const record of go) await records.purge(record.imageId, { replacing: record });
      });
      const keys = listed.map(({ key }) => key);
      assertSame(
        keys.filter((key) => key.startsWith("stay")).sort(),
        stay.map(({ key }) => key).sort(),
        "those that stayed",
      );
      assertSame(new Set(keys).size, keys.length, "the number of different records");
    },
  },
  {
    name: "list's cursor continues after a page, and survives the record it stopped at",
    check: async ({ records }) => {
      const some = [3, 2, 1].map((age) => createRecord(`k${age}`, { createdAt: createTime(age) }));
      await fill(records, some);
      const first = await records.list({ limit: 1 });
      assertSame(first.items, some.slice(0, 1), "the first page");
      for (const record of first.items) await records.purge(record.imageId, { replacing: record });
      assert.ok(first.cursor !== undefined, "expected a cursor where two records follow");
      assertSame(
        (await records.list({ limit: 9, cursor: first.cursor })).items,
        some.slice(1),
        "what follows",
      );
      assertSame(await records.list({ limit: 3 }), { items: some.slice(1) }, "a page that holds all");
    },
  },
  {
    name: "list's limit is the most items a page may have",
    check: async ({ records }) => {
      await fill(
        records,
        ["a", "b", "c"].map((key) => createRecord(key)),
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
      const tagged = createRecord("a", { tags: ["t"] });
      await fill(records, [tagged, createRecord("b"), createRecord("c", { tags: ["t"], status: "removed" })]);
      for (const position of FORGED_POSITIONS) {
        const cursor = sealCursor(["records", null, "t", null], position);
        const listed = await readPageUnlessRefused(records.list({ limit: 9, tag: "t", cursor }));
        const foreign = listed.filter(({ imageId }) => imageId !== tagged.imageId);
        assertSame(foreign, [], `what follows ${JSON.stringify(position)} and is of another listing`);
      }
    },
  },
];

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
