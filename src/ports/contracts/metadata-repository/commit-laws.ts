import assert from "node:assert/strict";
import fc from "fast-check";
import { hasCode } from "../../../domain/model/errors.js";
import type { ImageId } from "../../../domain/model/image-id.js";
import type { ImageRecord } from "../../../domain/model/image-record.js";
import { assertSame, draw, refuses, requireHook } from "../expectations.js";
import { anyRecord } from "./any-record.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { createRecord, createReplaced, createTime, createVersion, FULL_RECORD } from "./records.js";

const FIRST = createRecord("k", { fileName: "first" });
const SECOND = createRecord("k", { version: createVersion(2), edition: 2, fileName: "second" });
/** All that differs in one thing from version 5-5 in edition 5. */
const OTHERS = [
  ...[
    createVersion(4, 5),
    createVersion(6, 5),
    createVersion(5, 4),
    createVersion(5, 6),
    createVersion(9),
  ].map((version) => createReplaced(version, 5)),
  ...[1, 4, 6, 50].map((edition) => createReplaced(createVersion(5, 5), edition)),
];

/** The laws of a metadata repository about `get` and `commit`, and about every method. */
export const COMMITTING_LAWS: readonly MetadataRepositoryLaw[] = [
  {
    name: "get resolves to undefined if there is no record",
    check: async ({ records }) => {
      await records.commit(FIRST, { replacing: "nothing" });
      for (const key of ["other", "K"])
        assertSame(await records.get(createRecord(key).imageId), undefined, `the record of ${key}`);
      assertSame(
        await records.get("__proto__" as ImageId),
        undefined,
        "the record of a name that objects have",
      );
    },
  },
  {
    name: "get resolves to the latest committed record, tombstones included",
    check: async ({ records }) => {
      await records.commit(FIRST, { replacing: "nothing" });
      await records.commit(SECOND, { replacing: FIRST });
      assertSame(await records.get(FIRST.imageId), SECOND, "the record");
      const tombstone = createRecord("k", {
        version: createVersion(3),
        edition: 3,
        status: "removed",
        expiresAt: createTime(0),
      });
      await records.commit(tombstone, { replacing: SECOND });
      assertSame(await records.get(FIRST.imageId), tombstone, "the tombstone");
    },
  },
  {
    name: "a commit that resolved before get was called is seen",
    check: async ({ records }) => {
      let current: ImageRecord = FIRST;
      await records.commit(current, { replacing: "nothing" });
      for (let turn = 2; turn < 12; turn += 1) {
        assertSame(await records.get(current.imageId), current, "the record read after its commit");
        const next = createRecord("k", { version: createVersion(turn), edition: turn });
        await records.commit(next, { replacing: current });
        current = next;
      }
    },
  },
  {
    name: "the record equals the one committed, field by field",
    check: async ({ records }, trials) => {
      await records.commit(FULL_RECORD, { replacing: "nothing" });
      assertSame(await records.get(FULL_RECORD.imageId), FULL_RECORD, "a record that has everything");
      await fc.assert(
        fc.asyncProperty(anyRecord, async (record) => {
          const before = await records.get(record.imageId);
          await records.commit(record, { replacing: before ?? "nothing" });
          assertSame(await records.get(record.imageId), record, "the record");
        }),
        draw(trials),
      );
    },
  },
  {
    name: "commit replaces exactly the version and the edition it names, otherwise it throws conflict and changes nothing",
    check: async ({ records }) => {
      await refuses("conflict", records.commit(SECOND, { replacing: FIRST }), "replacing what is not there");
      assertSame(await records.get(FIRST.imageId), undefined, "the record after a refused commit");
      const current = createRecord("k", { version: createVersion(5, 5), edition: 5 });
      await records.commit(current, { replacing: "nothing" });
      const next = createRecord("k", { version: createVersion(9), edition: 6 });
      const edited = { ...current, edition: 6, alt: "edited" };
      for (const wrong of OTHERS) {
        for (const one of [next, edited])
          await refuses("conflict", records.commit(one, { replacing: wrong }), "replacing another record");
        assertSame(await records.get(current.imageId), current, "the record after a refused commit");
      }
      // The condition is what is there, not which is newer: an older version may replace it, and the same one too.
      await records.commit(edited, { replacing: current });
      assertSame(await records.get(current.imageId), edited, "the record in its next edition");
      await refuses(
        "conflict",
        records.commit(next, { replacing: current }),
        "replacing an edition that is gone",
      );
      const older = createRecord("k", { version: createVersion(1), edition: 7 });
      await records.commit(older, { replacing: edited });
      assertSame(await records.get(current.imageId), older, "the record after the commit");
    },
  },
  {
    name: "commit that replaces nothing needs that there is no record, otherwise it throws conflict and changes nothing",
    check: async ({ records }) => {
      await records.commit(FIRST, { replacing: "nothing" });
      await refuses(
        "conflict",
        records.commit(SECOND, { replacing: "nothing" }),
        "replacing nothing where something is",
      );
      assertSame(await records.get(FIRST.imageId), FIRST, "the record after a refused commit");
      await records.commit(createRecord("other"), { replacing: "nothing" });
    },
  },
  {
    name: "of simultaneous commits that replace the same edition exactly one succeeds",
    check: async ({ records }) => {
      let current: ImageRecord | undefined;
      for (let round = 1; round <= 4; round += 1) {
        // Half of them are of other versions, as settlements are, and half of the same one, as edits are.
        const rivals = Array.from({ length: 8 }, (_, index) =>
          createRecord("k", {
            version: index % 2 === 0 ? createVersion(round, index) : (current?.version ?? createVersion(1)),
            edition: round,
            title: `rival ${index}`,
          }),
        );
        const replacing = current ?? "nothing";
        const outcomes = await Promise.allSettled(
          rivals.map((rival) => records.commit(rival, { replacing })),
        );
        const winners = rivals.filter((_, index) => outcomes[index]?.status === "fulfilled");
        assertSame(winners.length, 1, "the number of winners");
        for (const outcome of outcomes) {
          if (outcome.status === "rejected")
            assert.ok(
              hasCode(outcome.reason, "conflict"),
              `expected conflict but received ${outcome.reason}`,
            );
        }
        current = winners[0];
        assertSame(await records.get(createRecord("k").imageId), current, "the winner's record");
      }
    },
  },
  {
    name: "a commit is durable once it resolves",
    check: async (harness) => {
      await harness.records.commit(FIRST, { replacing: "nothing" });
      await harness.records.commit(SECOND, { replacing: FIRST });
      const restarted = await requireHook(harness.restart, "restart").call(harness);
      assertSame(await restarted.get(FIRST.imageId), SECOND, "the record after a restart");
      assertSame((await restarted.list({ limit: 9 })).items, [SECOND], "the listing after a restart");
    },
  },
  {
    name: "the caller keeps its record: changing it later changes nothing here",
    check: async ({ records }) => {
      const mine = { ...createRecord("k"), tags: ["kept"] };
      await records.commit(mine, { replacing: "nothing" });
      mine.tags.push("changed");
      mine.fileName = "changed";
      assertSame(await records.get(FIRST.imageId), createRecord("k", { tags: ["kept"] }), "the record");
    },
  },
  {
    name: "a record that was read is the reader's: changing it changes nothing here",
    check: async ({ records }) => {
      await records.commit(FIRST, { replacing: "nothing" });
      const read = [await records.get(FIRST.imageId), ...(await records.list({ limit: 9 })).items];
      for (const record of read) Object.assign(record ?? {}, { fileName: "changed" });
      assertSame(await records.get(FIRST.imageId), FIRST, "the record");
      assertSame((await records.list({ limit: 9 })).items, [FIRST], "the listing");
    },
  },
  {
    name: "every method throws unavailable when the repository cannot be reached",
    check: async (harness) => {
      const records = await requireHook(harness.openUnreachable, "openUnreachable").call(harness);
      await refuses("unavailable", records.get(FIRST.imageId), "get");
      await refuses("unavailable", records.commit(FIRST, { replacing: "nothing" }), "commit");
      await refuses("unavailable", records.list({ limit: 1 }), "list");
      await refuses("unavailable", records.purge(FIRST.imageId, { replacing: FIRST }), "purge");
    },
  },
];
