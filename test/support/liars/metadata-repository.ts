import { memory } from "../../../src/adapters/memory/index.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import { compareVersions, PENDING_VERSION, version } from "../../../src/domain/model/version.js";
import type { MetadataRepositoryHarness } from "../../../src/ports/contracts/index.js";
import { createRecord } from "../../../src/ports/contracts/metadata-repository/records.js";
import type { MetadataRepository, Replaced } from "../../../src/ports/metadata-repository.js";
import { type Liar, rejectAll, replaceMethods, waitForTick } from "./liar.js";

/** A liar that spoils only the repository itself. */
export function createRepositoryLiar(
  law: string,
  lie: string,
  spoil: (honest: MetadataRepository) => Partial<MetadataRepository>,
): Liar<MetadataRepositoryHarness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, records: replaceMethods(honest.records, spoil(honest.records)) }),
  };
}

const liar = createRepositoryLiar;

/** The parts of a record that a repository may lose. */
const FORGOTTEN: readonly (readonly [what: string, forget: (record: ImageRecord) => ImageRecord])[] = [
  ["which edition a record is", (record) => ({ ...record, edition: 1 })],
  ["whose an image is", ({ owner: _, ...record }) => record as ImageRecord],
  [
    "what people say about an image",
    ({ focalPoint: _p, alt: _a, title: _t, ...record }) => record as ImageRecord,
  ],
  [
    "an alternative text that is empty",
    ({ alt, ...record }) => ({ ...record, ...(alt && { alt }) }) as ImageRecord,
  ],
  ["what the CDN may still hold", ({ dropped: _, ...record }) => record as ImageRecord],
  [
    "from which store a version is",
    (record) => ({ ...record, version: version({ ...record.version, epoch: 0 }) }),
  ],
  [
    "what a rendition was made from",
    (record) =>
      ({ ...record, renditions: record.renditions.map((one) => ({ ...one, recipe: "" })) }) as ImageRecord,
  ],
];

/** The comparisons that a repository may make instead of version and edition. */
const MIX_UPS: readonly (readonly [lie: string, isAlike: (there: Replaced, named: Replaced) => boolean])[] = [
  ["compares the version and forgets the edition", (a, b) => compareVersions(a.version, b.version) === 0],
  ["compares the edition and forgets the version", (a, b) => a.edition === b.edition],
  [
    "compares the sequencer and forgets the revision",
    (a, b) => a.version.sequencer === b.version.sequencer && a.edition === b.edition,
  ],
  [
    "takes an edition for a newer one that is good enough",
    (a, b) => compareVersions(a.version, b.version) === 0 && a.edition >= b.edition,
  ],
];

const NOBODYS = createRecord("nobody's", { status: "pending", version: PENDING_VERSION });

/** Broken repositories: what `get` and `commit` can get wrong. */
export const metadataRepositoryLiars: readonly Liar<MetadataRepositoryHarness>[] = [
  liar("get resolves to undefined if there is no record", "makes up a pending record", (honest) => ({
    get: async (imageId) => (await honest.get(imageId)) ?? { ...NOBODYS, imageId },
  })),
  liar("get resolves to the latest committed record, tombstones included", "hides tombstones", (honest) => ({
    get: async (imageId) => {
      const record = await honest.get(imageId);
      return record?.status === "removed" ? undefined : record;
    },
  })),
  liar(
    "a commit that resolved before get was called is seen",
    "reads from a copy that lags behind",
    (honest) => {
      const lagging = new Map<string, ImageRecord | undefined>();
      return {
        commit: async (record, condition) => {
          const before = await honest.get(record.imageId);
          await honest.commit(record, condition);
          lagging.set(record.imageId, before);
        },
        get: async (imageId) => {
          const seen = lagging.has(imageId) ? lagging.get(imageId) : await honest.get(imageId);
          lagging.delete(imageId);
          return seen;
        },
      };
    },
  ),
  liar("the record equals the one committed, field by field", "keeps three digits of a number", (honest) => ({
    commit: (record, condition) => honest.commit(roundTimes(record), condition),
  })),
  ...FORGOTTEN.map(([what, forget]) =>
    liar("the record equals the one committed, field by field", `forgets ${what}`, (honest) => ({
      commit: (record, condition) => honest.commit(forget(record), condition),
    })),
  ),
  ...MIX_UPS.map(([lie, isAlike]) =>
    liar(
      "commit replaces exactly the version and the edition it names, otherwise it throws conflict and changes nothing",
      lie,
      (honest) => ({
        commit: async (record, { replacing }) => {
          const there = await honest.get(record.imageId);
          const alike = there && replacing !== "nothing" && isAlike(there, replacing);
          await honest.commit(record, { replacing: alike ? there : replacing });
        },
      }),
    ),
  ),
  liar(
    "commit that replaces nothing needs that there is no record, otherwise it throws conflict and changes nothing",
    "writes over what is there when told to replace nothing",
    (honest) => ({
      commit: async (record, { replacing }) => {
        const there = await honest.get(record.imageId);
        await honest.commit(record, {
          replacing: replacing === "nothing" && there ? there : replacing,
        });
      },
    }),
  ),
  liar(
    "of simultaneous commits that replace the same edition exactly one succeeds",
    "reads, compares, and then writes without a condition",
    (honest) => ({
      commit: async (record, { replacing }) => {
        const before = await honest.get(record.imageId);
        if (before?.edition !== (replacing === "nothing" ? undefined : replacing.edition)) {
          throw new SafelightError("conflict", "the edition has changed");
        }
        await waitForTick();
        await honest.commit(record, { replacing: (await honest.get(record.imageId)) ?? "nothing" });
      },
    }),
  ),
  {
    law: "a commit is durable once it resolves",
    lie: "keeps the records in memory",
    build: (honest) => ({ ...honest, restart: async () => memory().records }),
  },
  liar(
    "the caller keeps its record: changing it later changes nothing here",
    "keeps the caller's own record",
    (honest) => {
      const given = new Map<string, ImageRecord>();
      return {
        commit: async (record, condition) => {
          await honest.commit(record, condition);
          given.set(record.imageId, record);
        },
        get: async (imageId) => structuredClone(given.get(imageId)),
      };
    },
  ),
  liar(
    "a record that was read is the reader's: changing it changes nothing here",
    "gives every reader the same record",
    (honest) => {
      const shared = new Map<string, ImageRecord | undefined>();
      return {
        get: async (imageId) => {
          const record = shared.get(imageId) ?? (await honest.get(imageId));
          shared.set(imageId, record);
          return record;
        },
      };
    },
  ),
  {
    law: "every method throws unavailable when the repository cannot be reached",
    lie: "passes on whatever its driver throws",
    build: (honest) => ({
      ...honest,
      openUnreachable: async () => rejectAll(honest.records, new Error("connect ECONNREFUSED")),
    }),
  },
  liar(
    "any sequence of commits, purges, gets, lists and searches agrees with a plain map",
    "takes each seventh commit without writing it",
    (honest) => {
      let commits = 0;
      return {
        commit: async (record, condition) => {
          commits += 1;
          if (commits % 7 !== 0) await honest.commit(record, condition);
        },
      };
    },
  ),
];

function roundTimes(record: ImageRecord): ImageRecord {
  return JSON.parse(JSON.stringify(record), (_name, value: unknown) =>
    typeof value === "number" ? Math.round(value * 1_000) / 1_000 : value,
  );
}
