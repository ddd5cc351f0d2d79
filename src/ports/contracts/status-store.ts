import assert from "node:assert/strict";
import fc from "fast-check";
import { version } from "../../domain/model/version.js";
import { guardMetadataRepository, guardStatusStore } from "../checked/index.js";
import type { MetadataRepository } from "../metadata-repository.js";
import type { StatusDocuments, StatusStore } from "../status-store.js";
import { type Closable, type Contract, prepareLaws } from "./contract.js";
import { assertSame, draw, iterateItems, refuses, requireHook } from "./expectations.js";
import { createRecord } from "./metadata-repository/records.js";

/** The harness for the laws of a status store. An optional part that is left out breaks its law: declare the gap. */
export interface StatusStoreHarness extends Closable {
  /** Empty, and nobody else's. */
  readonly statuses: StatusStore;
  /** The records that lie where the documents do, or beside them; empty. */
  readonly records: MetadataRepository;
  /** Ends the adapter, as a process ends, and opens the store again in the same place. */
  restart?(): Promise<StatusStore>;
  /** A store that cannot be reached. */
  openUnreachable?(): Promise<StatusStore>;
}

/** The time so many seconds after the laws begin. */
function formatTime(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();
}

function createDeployment(seconds: number, engine = `engine@${seconds}`): StatusDocuments["deployment"] {
  return { at: formatTime(seconds), configuration: "a.b", engine, safelight: "0.1.0" };
}

function createReport(seconds: number, problem?: string): StatusDocuments["reconcile"] {
  return {
    at: formatTime(seconds),
    startedAt: formatTime(0),
    startedBy: "program",
    state: problem === undefined ? "complete" : "failed",
    ...(problem !== undefined && { problem }),
    only: ["missing-rendition", "other-engine"],
    listed: 1e12,
    suspects: 2,
    looked: 2,
    images: 1,
    findings: { "missing-rendition": 1 },
    outcomes: { requested: 1 },
  };
}

/** Text of any kind, and what stores are known to trip over. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom("\0", "\ud800", "\u2028'\"\\", "x".repeat(20_000)),
);

/** Everything that `StatusStore` promises. */
export const statusStoreContract: Contract<StatusStoreHarness> = {
  name: "StatusStore",
  laws: prepareLaws(
    (harness) => ({
      ...harness,
      statuses: guardStatusStore(harness.statuses),
      records: guardMetadataRepository(harness.records),
    }),
    [
      {
        name: "get resolves to undefined as long as nothing was put under the name",
        check: async ({ statuses }) => {
          assertSame(await statuses.get("deployment"), undefined, "the deployment");
          assertSame(await statuses.get("reconcile"), undefined, "the run");
        },
      },
      {
        name: "get resolves to the document as it was put, whole",
        check: async ({ statuses }, trials) => {
          let seconds = 0;
          const putAndGet = async (problem: string) => {
            seconds += 1;
            await statuses.put("reconcile", createReport(seconds, problem));
            assertSame(await statuses.get("reconcile"), createReport(seconds, problem), "the document");
          };
          await fc.assert(fc.asyncProperty(anyText, putAndGet), draw(trials));
        },
      },
      {
        name: "a later document replaces an earlier one as a whole, and one of the same time does",
        check: async ({ statuses }) => {
          for (const report of [createReport(1, "a"), createReport(1), createReport(60, "b")]) {
            await statuses.put("reconcile", report);
            assertSame(await statuses.get("reconcile"), report, "the document");
          }
        },
      },
      {
        name: "an earlier document never replaces a later one",
        check: async ({ statuses }, trials) => {
          const times = fc.array(fc.nat({ max: 100 }), { minLength: 2, maxLength: 6 });
          let latest = -1;
          const putAll = async (all: readonly number[]) => {
            for (const seconds of all) {
              await statuses.put("deployment", createDeployment(seconds));
              latest = Math.max(latest, seconds);
              assertSame(await statuses.get("deployment"), createDeployment(latest), "the document");
            }
          };
          await fc.assert(fc.asyncProperty(times, putAll), draw(trials));
        },
      },
      {
        name: "of documents that are put at once the latest stays, whole",
        check: async ({ statuses }) => {
          for (const first of [0, 10, 20]) {
            const some = [7, 2, 9, 4].map((index) => createReport(first + index, `${index}`.repeat(2_000)));
            await Promise.all(some.map((report) => statuses.put("reconcile", report)));
            assertSame(await statuses.get("reconcile"), some[2], "the document");
          }
          const same = ["a", "b", "c"].map((letter) => createDeployment(60, letter.repeat(2_000)));
          await Promise.all(same.map((deployment) => statuses.put("deployment", deployment)));
          const left = await statuses.get("deployment");
          assert.ok(
            same.some(({ engine }) => engine === left?.engine),
            "expected one of those of the same time, whole, but received another",
          );
        },
      },
      {
        name: "documents of other names are not touched",
        check: async ({ statuses }) => {
          await statuses.put("reconcile", createReport(1));
          await statuses.put("deployment", createDeployment(2));
          await statuses.put("deployment", createDeployment(0));
          assertSame(await statuses.get("reconcile"), createReport(1), "the run");
          assertSame(await statuses.get("deployment"), createDeployment(2), "the deployment");
        },
      },
      {
        name: "documents and records do not meet: neither is listed, scanned or changed with the other",
        check: async ({ statuses, records }) => {
          await statuses.put("deployment", createDeployment(1));
          await statuses.put("reconcile", createReport(1));
          const all = ["a", "b", "c"].map((key) => createRecord(key));
          for (const record of all) await records.commit(record, { replacing: "nothing" });
          const listed = await iterateItems((cursor) =>
            records.list({ limit: 1, ...(cursor !== undefined && { cursor }) }),
          );
          const scanned = await iterateItems((cursor) =>
            records.scan({ limit: 1, ...(cursor !== undefined && { cursor }) }),
          );
          for (const found of [listed, scanned])
            assertSame(found.map(({ key }) => key).sort(), ["a", "b", "c"], "the records");
          for (const { imageId, edition, version: last } of all)
            await records.purge(imageId, { replacing: { version: version(last), edition } });
          assertSame(await statuses.get("deployment"), createDeployment(1), "the deployment");
          assertSame(await statuses.get("reconcile"), createReport(1), "the run");
        },
      },
      {
        name: "a document is durable once put resolves",
        check: async ({ statuses, restart }) => {
          await statuses.put("deployment", createDeployment(1));
          const again = await requireHook(restart, "restart")();
          assertSame(await again.get("deployment"), createDeployment(1), "the document");
        },
      },
      {
        name: "every method throws unavailable when the store cannot be reached",
        check: async ({ openUnreachable }) => {
          const away = await requireHook(openUnreachable, "openUnreachable")();
          await refuses("unavailable", away.get("reconcile"), "reading");
          await refuses("unavailable", away.put("deployment", createDeployment(1)), "putting");
        },
      },
    ],
  ),
};
