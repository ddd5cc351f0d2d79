import { assertSame, refuses } from "../expectations.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { createRecord, createReplaced, createTime, createVersion } from "./records.js";

const FIRST = createRecord("k");

/** The laws of a metadata repository about `purge`. */
export const PURGE_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "purge deletes the record if it is there with exactly the version and the edition",
    check: async ({ records }) => {
      const tombstone = createRecord("k", { status: "removed", expiresAt: createTime(0) });
      await records.commit(tombstone, { replacing: "nothing" });
      await records.commit(createRecord("other"), { replacing: "nothing" });
      await records.purge(tombstone.imageId, { replacing: tombstone });
      assertSame(await records.get(tombstone.imageId), undefined, "the purged record");
      assertSame(await records.get(createRecord("other").imageId), createRecord("other"), "another record");
      await records.commit(FIRST, { replacing: "nothing" });
    },
  },
  {
    name: "purge of another version or edition throws conflict and changes nothing",
    check: async ({ records }) => {
      const version = createVersion(5, 5);
      const tombstone = createRecord("k", {
        version,
        edition: 5,
        status: "removed",
        expiresAt: createTime(0),
      });
      await records.commit(tombstone, { replacing: "nothing" });
      const others = [createVersion(4, 5), createVersion(6, 5), createVersion(5, 4), createVersion(5, 6)];
      for (const wrong of [
        ...others.map((other) => createReplaced(other, 5)),
        ...[4, 6].map((edition) => createReplaced(version, edition)),
      ]) {
        await refuses(
          "conflict",
          records.purge(tombstone.imageId, { replacing: wrong }),
          "purging another record",
        );
        assertSame(await records.get(tombstone.imageId), tombstone, "the record after a refused purge");
      }
    },
  },
  {
    name: "purging where there is no record is success, so it can be repeated",
    check: async ({ records }) => {
      await records.purge(FIRST.imageId, { replacing: FIRST });
      await records.commit(FIRST, { replacing: "nothing" });
      for (let times = 0; times < 2; times += 1) await records.purge(FIRST.imageId, { replacing: FIRST });
      assertSame(await records.get(FIRST.imageId), undefined, "the purged record");
    },
  },
];
