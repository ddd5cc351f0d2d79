import type { ImageRecord } from "../../../domain/model/image-record.js";
import { assertSame } from "../expectations.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { createRecord, createTime, createVersion, fill, walk } from "./records.js";

/** The laws of a metadata repository about `list` where the images have owners. */
export const OWNER_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "with owner list gives only records that have it, with a status or a tag only those that have both",
    check: async ({ records }) => {
      const owners = ["ann", "Ann", "ann ", "anna", "a%", "it's", "ann", "ann", undefined];
      const some = owners.map((owner, index) =>
        createRecord(`k${index}`, {
          createdAt: createTime(index),
          status: index === 6 ? "rejected" : "ready",
          // A name that is a tag as well, and the same tag on what others own.
          tags: index % 2 === 0 ? ["cat", "ann"] : ["cat"],
          ...(owner !== undefined && { owner }),
        }),
      );
      await fill(records, some);
      for (const owner of ["ann", "Ann", "ann ", "anna", "a%", "it's", "nobody", "cat", "undefined", ""]) {
        const owned = some.filter((record) => record.owner === owner).reverse();
        for (const limit of [1, 9])
          assertSame(await walk(records, { limit, owner }), owned, `the records of ${owner} by ${limit}`);
        for (const status of ["ready", "rejected"] as const)
          assertSame(
            await walk(records, { limit: 1, owner, status }),
            owned.filter((record) => record.status === status),
            `those that are ${status}`,
          );
        for (const tag of ["cat", "ann", "bird"]) {
          const tagged = owned.filter(({ tags }) => tags.includes(tag));
          assertSame(await walk(records, { limit: 1, owner, tag }), tagged, `those tagged ${tag}`);
          const ready = tagged.filter(({ status }) => status === "ready");
          assertSame(await walk(records, { limit: 1, owner, tag, status: "ready" }), ready, "and ready");
        }
      }
      const [given, removed] = some as [ImageRecord, ImageRecord];
      await records.commit({ ...given, edition: 2, owner: "anna" } as ImageRecord, { replacing: given });
      await records.commit(createRecord("k1", { version: createVersion(2), edition: 2, status: "removed" }), {
        replacing: removed,
      });
      for (const [owner, count] of [
        ["ann", 2],
        ["anna", 2],
        ["Ann", 0],
      ] as const)
        for (const tag of [undefined, "cat"])
          assertSame(
            (await walk(records, { limit: 9, owner, ...(tag && { tag }) })).length,
            count,
            `what is ${owner}'s after one was given away and one was removed`,
          );
    },
  },
];
