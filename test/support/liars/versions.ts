import type { BlobStoreHarness, MetadataRepositoryHarness } from "../../../src/ports/contracts/index.js";
import { storeLiar } from "./blob-store.js";
import type { Liar } from "./lying.js";
import { repositoryLiar } from "./metadata-repository.js";

/** What a store may take a sequencer for. */
const READINGS: readonly (readonly [lie: string, read: (sequencer: string) => string])[] = [
  ["reads a sequencer as a number", (text) => (text === "" ? text : String(Number(text) || text))],
  ["compares without regard to case", (text) => text.toLowerCase()],
  ["drops the zeros at the beginning", (text) => text.replace(/^0+/, "")],
  ["drops the zeros at the end", (text) => text.replace(/0+$/, "")],
  ["cuts a sequencer off", (text) => text.slice(0, 1)],
];

/** Broken repositories: each takes some versions for others. */
export const versionLiars: readonly Liar<MetadataRepositoryHarness>[] = READINGS.map(([lie, read]) =>
  repositoryLiar("no version is taken for another one, however alike they are", lie, (honest) => ({
    commit: async (record, { replacing }) => {
      const there = (await honest.get(record.imageId))?.version;
      const alike =
        there !== undefined &&
        replacing !== "nothing" &&
        read(there.sequencer) === read(replacing.sequencer) &&
        there.revision === replacing.revision;
      await honest.commit(record, { replacing: alike ? there : replacing });
    },
  })),
);

/** Broken blob stores: each takes the renditions of some versions for those of others. */
export const renditionKeyLiars: readonly Liar<BlobStoreHarness>[] = READINGS.map(([lie, read]) => {
  const law =
    "the renditions of no version are taken for those of another one, however alike the versions are";
  const taken = (key: string) =>
    key.replace(/(?<=\/)([^/]*)(?=-[0-9]+\/)/, (sequencer: string) => read(sequencer));
  return storeLiar(law, lie, (honest) => ({
    put: (key, bytes, options) => honest.put(taken(key), bytes, options),
    get: async (key, options) => ({ ...(await honest.get(taken(key), options)), key }),
    list: (prefix, options) => honest.list(taken(prefix), options),
  }));
});
