import type { VersionParts } from "../../../src/domain/model/version.js";
import type { BlobStoreHarness, MetadataRepositoryHarness } from "../../../src/ports/contracts/index.js";
import type { Replaced } from "../../../src/ports/metadata-repository.js";
import { storeLiar } from "./blob-store.js";
import type { Liar } from "./liar.js";
import { createRepositoryLiar } from "./metadata-repository.js";

/** The ways in which a store may misread a version. */
const READINGS: readonly (readonly [lie: string, read: (parts: VersionParts) => VersionParts])[] = [
  [
    "reads a sequencer as a number",
    createReading((text) => (text === "" ? text : String(Number(text) || text))),
  ],
  ["compares without regard to case", createReading((text) => text.toLowerCase())],
  ["drops the zeros at the beginning", createReading((text) => text.replace(/^0+/, ""))],
  ["drops the zeros at the end", createReading((text) => text.replace(/0+$/, ""))],
  ["cuts a sequencer off", createReading((text) => text.slice(0, 1))],
  ["forgets from which store a sequencer is", (parts) => ({ ...parts, epoch: 0 })],
  [
    "keeps one digit of an epoch",
    ({ epoch = 0, ...parts }) => ({ ...parts, epoch: Number(String(epoch)[0]) }),
  ],
];

/** Broken repositories: each takes some versions for others. */
export const versionLiars: readonly Liar<MetadataRepositoryHarness>[] = READINGS.map(([lie, read]) =>
  createRepositoryLiar("no version is taken for another one, however alike they are", lie, (honest) => {
    const isAlike = (there: Replaced, named: Replaced) =>
      there.edition === named.edition &&
      formatLabel(read(there.version)) === formatLabel(read(named.version));
    return {
      commit: async (record, { replacing }) => {
        const there = await honest.get(record.imageId);
        const isTaken = there !== undefined && replacing !== "nothing" && isAlike(there, replacing);
        await honest.commit(record, { replacing: isTaken ? there : replacing });
      },
    };
  }),
);

/** Broken blob stores: each takes the renditions of some versions for those of others. */
export const renditionKeyLiars: readonly Liar<BlobStoreHarness>[] = READINGS.map(([lie, read]) => {
  const law =
    "the renditions of no version are taken for those of another one, however alike the versions are";
  const isTaken = (key: string) =>
    key.replace(/(?<=\/)([0-9]+)-([^/]*)-([0-9]+)(?=\/)/, (_, epoch: string, sequencer: string, revision) =>
      formatLabel(read({ epoch: Number(epoch), sequencer, revision: Number(revision) })),
    );
  return storeLiar(law, lie, (honest) => ({
    put: (key, bytes, options) => honest.put(isTaken(key), bytes, options),
    get: async (key, options) => ({ ...(await honest.get(isTaken(key), options)), key }),
    list: (prefix, options) => honest.list(isTaken(prefix), options),
  }));
});

function createReading(read: (sequencer: string) => string): (parts: VersionParts) => VersionParts {
  return ({ sequencer, ...parts }) => ({ ...parts, sequencer: read(sequencer) });
}

function formatLabel({ epoch, sequencer, revision }: VersionParts): string {
  return `${epoch}-${sequencer}-${revision}`;
}
