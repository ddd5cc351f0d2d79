import assert from "node:assert/strict";
import type { ImageId } from "../../../domain/model/image-id.js";
import { IMAGE_STATUSES, type ImageRecord } from "../../../domain/model/image-record.js";
import { sealCursor } from "../../checked/cursors.js";
import type { MetadataRepository } from "../../metadata-repository.js";
import { assertSame, FORGED_POSITIONS, iterateItems, readPageUnlessRefused } from "../expectations.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { createRecord, createReplaced, createTime, createVersion, fill, sortRecords } from "./records.js";

/** The laws of a metadata repository about `getMany` and `scan`: what whoever compares all there is relies on. */
export const SCANNING_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "getMany resolves to the latest committed records of up to 100 images, tombstones included, each once",
    check: async ({ records }) => {
      const some = Array.from({ length: 98 }, (_, index) =>
        createRecord(`k${index}`, { status: IMAGE_STATUSES[index % 4] }),
      ) as ImageRecord[];
      await fill(records, [...some, createRecord("another")]);
      const moved = createRecord("k1", { version: createVersion(2), edition: 2, status: "removed" });
      await records.commit(moved, { replacing: createReplaced(createVersion(1)) });
      const ids = some.map(({ imageId }) => imageId);
      const expected = some.map((record) => (record.imageId === moved.imageId ? moved : record));
      const asked = [...ids, createRecord("unknown").imageId, ids[0] as ImageId];
      assertSame(
        sortRecords(await records.getMany(asked)),
        sortRecords(expected),
        "the records of all images",
      );
      assertSame(await records.getMany([moved.imageId]), [moved], "the record of one image");
    },
  },
  {
    name: "getMany leaves out images without a record, and of none it resolves to nothing",
    check: async ({ records }) => {
      await fill(records, [createRecord("a")]);
      const unknown = [createRecord("b").imageId, "no id" as ImageId];
      assertSame(await records.getMany(unknown), [], "the records of unknown images");
      assertSame(await records.getMany([]), [], "the records of no image");
    },
  },
  {
    name: "scan lists every record, tombstones included, in pages of at most limit",
    check: async ({ records }) => {
      const some: ImageRecord[] = IMAGE_STATUSES.flatMap((status) =>
        [1, 2, 3].map((index) => createRecord(`${status} ${index}`, { status, tags: ["t"] })),
      );
      const expired = createRecord("expired", { status: "removed", expiresAt: createTime(0) });
      await fill(records, [...some, expired]);
      for (const limit of [1, 5, 1_000])
        assertSame(
          deduplicate(await scan(records, limit)),
          sortRecords([...some, expired]),
          `the pages of ${limit}`,
        );
      const { items } = await records.scan({ limit: 2 });
      assert.ok(items.length <= 2, `expected at most 2 items on a page but received ${items.length}`);
    },
  },
  {
    name: "scan of nothing ends with nothing",
    check: async ({ records }) => {
      assertSame(await scan(records, 9), [], "the records");
    },
  },
  {
    name: "a record that is there from the first page of a scan to the last is listed at least once, also while it is written",
    check: async ({ records }) => {
      const stay = Array.from({ length: 12 }, (_, index) => createRecord(`stay ${index}`));
      const go = Array.from({ length: 12 }, (_, index) => createRecord(`go ${index}`));
      await fill(records, [...stay, ...go]);
      const listed = await scan(records, 8, async () => {
        await fill(
          records,
          Array.from({ length: 3 }, (_, index) => createRecord(`come ${index}`)),
        );
        for (const { imageId, ...replacing } of go) await records.purge(imageId, { replacing });
        // Written with another time and status: it has another place in every listing.
        for (const [index, { key, ...replacing }] of stay.entries())
          await records.commit(
            createRecord(key, {
              version: createVersion(2),
              status: index % 2 ? "removed" : "rejected",
              createdAt: createTime(index % 2 ? -9e6 : 9e6),
            }),
            { replacing },
          );
      });
      const keys = new Set(listed.map(({ key }) => key));
      const missed = stay.map(({ key }) => key).filter((key) => !keys.has(key));
      assertSame(missed, [], "those that stayed and were not listed");
    },
  },
  {
    name: "a position that scan did not make gives records, or is refused as invalid-input",
    check: async ({ records }) => {
      const known = ["a", "b"].map((key) => createRecord(key, { tags: ["t"], owner: "o" }));
      await fill(records, known);
      for (const position of FORGED_POSITIONS) {
        const cursor = sealCursor(["all records"], position);
        const listed = await readPageUnlessRefused(records.scan({ limit: 9, cursor }));
        const ids = known.map(({ imageId }) => imageId);
        const foreign = listed.filter(({ imageId }) => !ids.includes(imageId));
        assertSame(foreign, [], `what follows ${JSON.stringify(position)} and is no record`);
      }
    },
  },
];

/** Every record of a scan, page by page. */
function scan(
  records: MetadataRepository,
  limit: number,
  afterFirstPage?: () => Promise<void>,
): Promise<readonly ImageRecord[]> {
  return iterateItems(
    (cursor) => records.scan({ limit, ...(cursor !== undefined && { cursor }) }),
    afterFirstPage,
  );
}

/** Each image's record once, in the order of the ids. */
function deduplicate(listed: readonly ImageRecord[]): readonly ImageRecord[] {
  return sortRecords([...new Map(listed.map((record) => [record.imageId, record])).values()]);
}
