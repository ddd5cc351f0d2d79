import assert from "node:assert/strict";
import type { OriginalChange } from "../../domain/model/change.js";
import { compareVersions, deriveChangeVersion } from "../../domain/model/version.js";
import type { BlobStore } from "../blob-store.js";
import type { ChangeQueue } from "../change-queue.js";
import { decorate } from "../checked/decorate.js";
import { guardPorts } from "../checked/index.js";
import { AWKWARD_KEYS } from "./awkward-keys.js";
import { createCapabilityLaw } from "./capability.js";
import { type Closable, type Contract, prepareLaws } from "./contract.js";
import { assertSame, refuses, requireHook, toBytes } from "./expectations.js";
import { drain, receiveDuringDeeds } from "./receive-changes.js";

/** A store of originals and the queue that is wired to it. */
export interface OriginalChangesHarness extends Closable {
  readonly originals: BlobStore;
  readonly queue: ChangeQueue;
  /** The changes say only that something happened (`unknown`), so that whoever settles one looks. Absent: they say what. */
  readonly looks?: true;
  /** The process ends now, without a goodbye; resolves to both as the next process opens them. */
  restart?(): Promise<{ readonly originals: BlobStore; readonly queue: ChangeQueue }>;
}

const TEXT = { contentType: "text/plain" };

/** The laws of a change queue about the changes of the store that is wired to it, and what both say of their order. */
export const originalChangesContract: Contract<OriginalChangesHarness> = {
  name: "BlobStore of originals and its ChangeQueue",
  laws: prepareLaws(guardPair, [
    createCapabilityLaw({
      name: "a change says what happened",
      consequence: "each change costs a look at what lies there",
      isThere: ({ looks }) => looks === undefined,
    }),
    {
      name: "a put is handed out as created, with its key and etag",
      check: async ({ originals, queue, looks }) => {
        for (const key of AWKWARD_KEYS) {
          const { etag } = await originals.put(key, toBytes(key), TEXT);
          const [change, ...others] = await drain(queue);
          assertSame(others, [], "what else was handed out");
          const expected = looks ? { type: "unknown", key } : { type: "created", key, etag };
          assertSame(change && { ...change, sequencer: "" }, { ...expected, sequencer: "" }, "the change");
        }
      },
    },
    {
      name: "every put is a change, the same bytes again too",
      check: async ({ originals, queue, looks }) => {
        for (let times = 0; times < 3; times += 1) await originals.put("k", toBytes("same"), TEXT);
        const type = looks ? "unknown" : "created";
        assertSame(
          (await drain(queue)).map((change) => change.type),
          [type, type, type],
          "the changes",
        );
      },
    },
    {
      name: "a delete is handed out as removed",
      check: async ({ originals, queue, looks }) => {
        for (const key of AWKWARD_KEYS) {
          await originals.put(key, toBytes("x"), TEXT);
          await drain(queue);
          await originals.delete(key);
          assertSame(
            (await drain(queue)).map((change) => ({ ...change, sequencer: "" })),
            [{ type: looks ? "unknown" : "removed", key, sequencer: "" }],
            "the changes",
          );
        }
      },
    },
    {
      name: "deleting what is not there is no change",
      check: async ({ originals, queue }) => {
        assertSame(
          (await originals.delete("never")).sequencer,
          undefined,
          "the sequencer of deleting nothing",
        );
        assertSame(await drain(queue), [], "the changes");
      },
    },
    {
      name: "a deleteAll is handed out as one removal for each blob that was there",
      check: async ({ originals, queue, looks }) => {
        for (const key of ["a", "b", "c"]) await originals.put(key, toBytes(key), TEXT);
        await drain(queue);
        await originals.deleteAll(["c", "never", "a", "c"]);
        const removals = (await drain(queue)).map(({ type, key }) => `${type} ${key}`);
        const type = looks ? "unknown" : "removed";
        assertSame(removals.sort(), [`${type} a`, `${type} c`], "the changes");
      },
    },
    {
      name: "the sequencer that put and delete answer is that of their change",
      check: async ({ originals, queue }) => {
        const put = await originals.put("k", toBytes("x"), TEXT);
        const removed = await originals.delete("k");
        const told = [put, removed].map(({ sequencer }) => sequencer);
        const changes = (await drain(queue)).map(({ sequencer }) => sequencer);
        // A store that leaves the telling to its notification answers with none: then there is nothing to compare.
        for (const [index, sequencer] of told.entries()) {
          if (sequencer !== undefined) assertSame(sequencer, changes[index], "the sequencer");
        }
        assertSame(changes.length, 2, "the number of changes");
      },
    },
    {
      name: "a sequencer is 1 to 128 characters of 0-9 A-Z a-z _",
      check: async ({ originals, queue }) => {
        await originals.put("k", toBytes("x"), TEXT);
        await originals.delete("k");
        for (const { sequencer } of await drain(queue))
          assert.match(sequencer, /^[0-9A-Za-z_]{1,128}$/, "the sequencer");
      },
    },
    {
      // So many that a count in any base from 2 to 63 gets a digit more, goes from digits to letters, from one case to
      // the other, and ends in zeros.
      name: "the sequencers of one key grow, compared by ASCII code",
      check: async ({ originals, queue }) => {
        for (let times = 0; times < 110; times += 1) {
          await originals.put("k", toBytes(String(times)), TEXT);
          if (times % 10 === 0) await originals.delete("k");
        }
        assertGrowing(await drain(queue));
      },
    },
    {
      name: "the sequencers of one key go on growing after a restart",
      check: async (harness) => {
        await harness.originals.put("k", toBytes("1"), TEXT);
        await harness.originals.put("k", toBytes("2"), TEXT);
        await harness.originals.delete("k");
        const before = await drain(harness.queue);
        const { originals, queue } = await requireHook(harness.restart, "restart").call(harness);
        await originals.put("k", toBytes("3"), TEXT);
        const after = await drain(queue);
        assertSame(after.length, 1, "the number of changes since the restart");
        assertGrowing([...before, ...after]);
      },
    },
    {
      name: "of simultaneous changes to one key the one with the newest sequencer is what the store holds",
      check: async ({ originals, queue, looks }) => {
        for (let round = 0; round < 5; round += 1) {
          const writes = Array.from({ length: 6 }, (_, index) =>
            originals.put("k", toBytes(`${round} ${index}`), TEXT),
          );
          await Promise.all([...writes, originals.delete("k")]);
          const changes = (await drain(queue)).sort(compareAge);
          assertGrowing(changes);
          const newest = changes.at(-1);
          // Whoever settles it looks; that it comes after the last write is what a history shows.
          if (looks) continue;
          const held = await originals.head("k").catch(() => undefined);
          assertSame(
            held?.etag,
            newest?.type === "created" ? newest.etag : undefined,
            "the etag of the newest change",
          );
        }
      },
    },
    {
      // A store that does it in one step of its thread keeps this within one process; what others see, it has to test.
      name: "a change is handed out only once it has happened",
      check: async ({ originals, queue, looks }) => {
        const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
        const put = (key: string) => originals.put(key, toBytes(key), TEXT);
        await receiveDuringDeeds(queue, keys, put, async (change) => {
          const told = change.type === "created" ? change.etag : "another change";
          const { etag } = await originals.head(change.key);
          if (!looks) assertSame(etag, told, "the etag that is there");
        });
        const remove = (key: string) => originals.delete(key);
        await receiveDuringDeeds(queue, keys, remove, ({ key }) =>
          refuses("not-found", originals.head(key), "head of what was told to be removed"),
        );
      },
    },
    {
      name: "a change that was told is durable",
      check: async (harness) => {
        const { etag } = await harness.originals.put("k", toBytes("x"), TEXT);
        const { queue } = await requireHook(harness.restart, "restart").call(harness);
        const changes = await drain(queue);
        assert.ok(
          changes.some((change) =>
            harness.looks
              ? change.type === "unknown" && change.key === "k"
              : change.type === "created" && change.key === "k" && change.etag === etag,
          ),
          "expected the put to be handed out after a restart but it was not",
        );
      },
    },
  ]),
};

/** The harness with store and queue behind the checks of their ports. */
function guardPair(harness: OriginalChangesHarness): OriginalChangesHarness {
  const { originals, queue, restart } = harness;
  return decorate(harness, {
    ...guardPorts({ originals, queue }),
    restart: restart && (async () => guardPorts(await restart.call(harness))),
  });
}

function compareAge(a: OriginalChange, b: OriginalChange): number {
  return compareVersions(deriveChangeVersion(a.sequencer), deriveChangeVersion(b.sequencer));
}

function assertGrowing(changes: readonly OriginalChange[]): void {
  for (const [index, change] of changes.entries()) {
    const before = changes[index - 1];
    if (!before) continue;
    assert.ok(
      compareAge(before, change) < 0,
      `expected a sequencer after ${before.sequencer} but received ${change.sequencer}`,
    );
  }
}
