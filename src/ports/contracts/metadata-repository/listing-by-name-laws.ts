import assert from "node:assert/strict";
import type { ImageRecord } from "../../../domain/model/image-record.js";
import { compareKeys } from "../../../domain/model/original-key.js";
import { foldPrefix, readSearchName } from "../../../domain/model/search-name.js";
import { sealCursor } from "../../checked/cursors.js";
import type { MetadataRepository, NameQuery } from "../../metadata-repository.js";
import { assertSame, FORGED_POSITIONS, iterateItems, readPageUnlessRefused } from "../expectations.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { createRecord, createReplaced, createTime, createVersion, fill } from "./records.js";

/** Names that are easily taken for each other. */
const NAMES = [
  "IMG_0001.jpg",
  "img_0001.jpg",
  "IMG_0002.jpg",
  "IMG 0001.jpg",
  "img",
  "im",
  "imG%",
  "image.png",
  "\u00c9t\u00e9.jpg",
  "e\u0301te\u0301 2.jpg",
  "etage.jpg",
  "Stra\u00dfe.jpg",
  "STRASSE 2.jpg",
  "\u039f\u0394\u039f\u03a3",
  "\u03bf\u03b4\u03cc\u03c2",
  "\u03bf\u03b4\u03bf\u03c2 2",
  "\u{1f4f7} camera",
  "\uffee halfwidth",
  "z",
];

const PREFIXES = [
  "i",
  "IM",
  "img_",
  "img_0001.jpg",
  "img_0001.jpg.",
  "img ",
  "img%",
  "%",
  "E",
  "\u00e9t",
  "E\u0301T",
  "strass",
  "stra\u00df",
  "\u03bf\u03b4\u03bf\u03c2",
  "\u{1f4f7}",
  "\uffee",
  "z",
  "y",
  "'",
];

/** The laws of a metadata repository about `listByName`. */
export const NAME_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "listByName, where a repository has it, gives the records whose file name begins so, in any case, by name and then newest first",
    check: async ({ records }) => {
      if (records.listByName === undefined) return;
      const some = [...NAMES, "img", "IMG_0001.JPG", "Img"].map((fileName, index) =>
        createRecord(`k${index}`, { fileName, createdAt: createTime((index * 7) % 5) }),
      );
      await fill(records, some);
      for (const name of PREFIXES)
        for (const limit of [2, 30])
          assertSame(
            await walkByName(records, { name, limit }),
            search(some, name),
            `what begins with ${JSON.stringify(name)}, by ${limit}`,
          );
    },
  },
  {
    name: "listByName, where a repository has it, gives with a status or an owner only records that have it",
    check: async ({ records }) => {
      if (records.listByName === undefined) return;
      const owners = ["ann", "Ann", "ann ", undefined];
      const some = ["ready", "rejected", "pending"].flatMap((status, group) =>
        owners.map((owner, index) =>
          createRecord(`k${group}/${index}`, {
            status: status as "ready",
            fileName: index % 2 === 0 ? "Cat.jpg" : "cats.jpg",
            createdAt: createTime(index),
            ...(owner !== undefined && { owner }),
          }),
        ),
      );
      await fill(records, some);
      for (const status of [undefined, "ready", "rejected", "pending"] as const)
        for (const owner of [undefined, "ann", "Ann", "ann ", "cat", ""])
          for (const name of ["cat", "cats"]) {
            const filter = { ...(status && { status }), ...(owner !== undefined && { owner }) };
            const wanted = some
              .filter((record) => status === undefined || record.status === status)
              .filter((record) => owner === undefined || record.owner === owner);
            assertSame(
              await walkByName(records, { name, limit: 2, ...filter }),
              search(wanted, name),
              `what begins with ${name}, is ${status ?? "anything"} and ${owner ?? "anybody"}'s`,
            );
          }
    },
  },
  {
    name: "listByName, where a repository has it, finds a record by the name that it has now, and no tombstone",
    check: async ({ records }) => {
      if (records.listByName === undefined) return;
      await fill(records, [
        createRecord("a", { fileName: "old a" }),
        createRecord("b", { fileName: "old b" }),
        createRecord("c", { fileName: "old c", status: "removed" }),
        createRecord("d", { fileName: "old d" }),
      ]);
      const next = { version: createVersion(2), edition: 2 };
      const replacing = createReplaced(createVersion(1));
      const renamed = createRecord("a", { ...next, fileName: "new a" });
      await records.commit(renamed, { replacing });
      await records.commit(createRecord("b", { ...next, fileName: "old b", status: "removed" }), {
        replacing,
      });
      assertSame(
        await walkByName(records, { name: "old", limit: 1 }),
        [createRecord("d", { fileName: "old d" })],
        "what has an old name",
      );
      assertSame(await walkByName(records, { name: "NEW", limit: 1 }), [renamed], "what has a new one");
      const lost = records.commit(createRecord("a", { ...next, fileName: "late" }), { replacing });
      await assert.rejects(lost);
      assertSame(await walkByName(records, { name: "late", limit: 1 }), [], "what a refused commit named");
      const { imageId } = renamed;
      await records.purge(imageId, { replacing: renamed });
      assertSame(await walkByName(records, { name: "new", limit: 1 }), [], "what was purged");
    },
  },
  {
    name: "listByName, where a repository has it, lists a record that stays exactly once, and goes on after one that is gone",
    check: async ({ records }) => {
      if (records.listByName === undefined) return;
      const stay = Array.from({ length: 12 }, (_, index) =>
        createRecord(`stay ${index}`, { fileName: `n${index % 3}` }),
      );
      const go = Array.from({ length: 6 }, (_, index) =>
        createRecord(`go ${index}`, { fileName: `N${index % 3}` }),
      );
      await fill(records, [...stay, ...go]);
      const listed = await walkByName(records, { name: "n", limit: 3 }, async (first) => {
        await fill(
          records,
          [0, 1, 2].map((index) => createRecord(`come ${index}`, { fileName: `n${index}` })),
        );
        for (const record of new Set([...go, ...first]))
          await records.purge(record.imageId, { replacing: record });
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
    name: "a position that listByName did not make gives records of the search, or is refused as invalid-input",
    check: async ({ records }) => {
      if (records.listByName === undefined) return;
      const wanted = createRecord("a", { fileName: "cat" });
      await fill(records, [
        wanted,
        createRecord("b", { fileName: "bird" }),
        createRecord("c", { fileName: "dog" }),
        createRecord("d", { fileName: "cats", status: "removed" }),
      ]);
      const places = ["bird", "cas", "cat", "cau", "dog"].map(
        (name) => `2026-01-01T00:00:00.000Z ${wanted.imageId} ${name}`,
      );
      for (const position of [...FORGED_POSITIONS, ...places]) {
        const cursor = sealCursor(["records by name", "cat", null, null], position);
        const listed = await readPageUnlessRefused(records.listByName({ name: "Cat", limit: 9, cursor }));
        const foreign = listed.filter(({ imageId }) => imageId !== wanted.imageId);
        assertSame(foreign, [], `what follows ${JSON.stringify(position)} and is of another search`);
      }
    },
  },
];

/** The records of these that a search for `name` should give, in order. */
export function search(all: readonly ImageRecord[], name: string): readonly ImageRecord[] {
  const prefix = foldPrefix(name);
  return all
    .filter((record) => record.status !== "removed" && readSearchName(record).startsWith(prefix))
    .sort(compareByName);
}

function compareByName(a: ImageRecord, b: ImageRecord): number {
  return (
    compareKeys(readSearchName(a), readSearchName(b)) ||
    compareKeys(b.createdAt, a.createdAt) ||
    compareKeys(a.imageId, b.imageId)
  );
}

/** Every record of a search, page by page. */
export function walkByName(
  records: MetadataRepository,
  query: NameQuery,
  afterFirstPage?: (first: readonly ImageRecord[]) => Promise<void>,
): Promise<readonly ImageRecord[]> {
  let first: readonly ImageRecord[] = [];
  return iterateItems(
    async (cursor) => {
      const page = await records.listByName?.({ ...query, ...(cursor !== undefined && { cursor }) });
      assert.ok(page !== undefined, "expected a page of a search");
      if (cursor === undefined) first = page.items;
      return page;
    },
    () => afterFirstPage?.(first) ?? Promise.resolve(),
  );
}
