import { type HistoriesHarness, type HistoryStores, historiesContract } from "../../../src/testing/index.js";
import { type Liar, replaceMethods } from "./liar.js";

const [ALONE = "", SIDE_BY_SIDE = "", DYING = ""] = historiesContract.laws.map(({ name }) => name);

/** Stores that lose images only as they are used together. */
export const historiesLiars: readonly Liar<HistoriesHarness>[] = [
  createLiar(ALONE, "keeps the files that it was told to delete", (stores) => ({
    ...stores,
    renditions: replaceMethods(stores.renditions, { deleteAll: async () => {} }),
  })),
  createLiar(SIDE_BY_SIDE, "commits whatever comes, without a look at what is replaced", (stores) => ({
    ...stores,
    records: replaceMethods(stores.records, {
      commit: async (record) => {
        const replacing = (await stores.records.get(record.imageId)) ?? "nothing";
        await stores.records.commit(record, { replacing });
      },
    }),
  })),
  createLiar(DYING, "takes no bytes for a key that it holds already", (stores) => ({
    ...stores,
    renditions: replaceMethods(stores.renditions, {
      put: async (key, bytes, options) => {
        const there = await stores.renditions.head(key).catch(() => undefined);
        if (there) throw new Error(`${key} is there already`);
        return stores.renditions.put(key, bytes, options);
      },
    }),
  })),
];

function createLiar(
  law: string,
  lie: string,
  spoil: (honest: HistoryStores) => HistoryStores,
): Liar<HistoriesHarness> {
  return { law, lie, build: (honest) => ({ open: async () => spoil(await honest.open()) }) };
}
