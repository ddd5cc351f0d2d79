import { refuses, same } from "../expectations.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { fill, recordOf, replacedAt, sorted, timeOf, versionOf } from "./records.js";

const FIRST = recordOf("k");

/** The laws of a metadata repository about `listExpired` and `purge`. */
export const EXPIRING_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "listExpired lists tombstones whose expiresAt is set and not after now",
    check: async ({ records }) => {
      const now = 1_000;
      const due = [0, 999, 1_000].map((at) =>
        recordOf(`due ${at}`, { status: "removed", expiresAt: timeOf(at) }),
      );
      await fill(records, [
        ...due,
        recordOf("later", { status: "removed", expiresAt: timeOf(now + 1) }),
        recordOf("open", { status: "removed" }),
        recordOf("alive"),
      ]);
      same(
        sorted(await records.listExpired(new Date(timeOf(now)), 9)),
        sorted(due),
        "the expired tombstones",
      );
      same(await records.listExpired(new Date(timeOf(-1)), 9), [], "the tombstones expired earlier");
    },
  },
  {
    name: "listExpired lists at most limit tombstones, and those that are left the next time",
    check: async ({ records }) => {
      await fill(
        records,
        ["a", "b", "c"].map((key) => recordOf(key, { status: "removed", expiresAt: timeOf(0) })),
      );
      const sizes: number[] = [];
      for (let found = 1; found > 0; ) {
        const some = await records.listExpired(new Date(timeOf(1)), 2);
        for (const record of some) await records.purge(record.imageId, { replacing: record });
        found = some.length;
        sizes.push(found);
      }
      same(sizes, [2, 1, 0], "how many were listed each time");
    },
  },
  {
    name: "purge deletes the record if it is there with exactly the version and the edition",
    check: async ({ records }) => {
      const tombstone = recordOf("k", { status: "removed", expiresAt: timeOf(0) });
      await records.commit(tombstone, { replacing: "nothing" });
      await records.commit(recordOf("other"), { replacing: "nothing" });
      await records.purge(tombstone.imageId, { replacing: tombstone });
      same(await records.get(tombstone.imageId), undefined, "the purged record");
      same(await records.listExpired(new Date(timeOf(9)), 9), [], "the expired tombstones");
      same(await records.get(recordOf("other").imageId), recordOf("other"), "another record");
      await records.commit(FIRST, { replacing: "nothing" });
    },
  },
  {
    name: "purge of another version or edition throws conflict and changes nothing",
    check: async ({ records }) => {
      const version = versionOf(5, 5);
      const tombstone = recordOf("k", { version, edition: 5, status: "removed", expiresAt: timeOf(0) });
      await records.commit(tombstone, { replacing: "nothing" });
      const others = [versionOf(4, 5), versionOf(6, 5), versionOf(5, 4), versionOf(5, 6)];
      for (const wrong of [
        ...others.map((other) => replacedAt(other, 5)),
        ...[4, 6].map((edition) => replacedAt(version, edition)),
      ]) {
        await refuses(
          "conflict",
          records.purge(tombstone.imageId, { replacing: wrong }),
          "purging another record",
        );
        same(await records.get(tombstone.imageId), tombstone, "the record after a refused purge");
      }
    },
  },
  {
    name: "purging where there is no record is success, so it can be repeated",
    check: async ({ records }) => {
      await records.purge(FIRST.imageId, { replacing: FIRST });
      await records.commit(FIRST, { replacing: "nothing" });
      for (let times = 0; times < 2; times += 1) await records.purge(FIRST.imageId, { replacing: FIRST });
      same(await records.get(FIRST.imageId), undefined, "the purged record");
    },
  },
];
