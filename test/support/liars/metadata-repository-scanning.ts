import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import type { Page } from "../../../src/domain/model/page.js";
import type { MetadataRepositoryHarness } from "../../../src/ports/contracts/index.js";
import { createRecord } from "../../../src/ports/contracts/metadata-repository/records.js";
import type { MetadataRepository } from "../../../src/ports/metadata-repository.js";
import type { Liar } from "./liar.js";
import { createRepositoryLiar as liar } from "./metadata-repository.js";

const MANY =
  "getMany resolves to the latest committed records of up to 100 images, tombstones included, each once";
const SCAN = "scan lists every record, tombstones included, in pages of at most limit";
const STAY =
  "a record that is there from the first page of a scan to the last is listed at least once, also while it is written";

/** Broken repositories: what `getMany` and `scan` can get wrong. */
export const metadataRepositoryScanningLiars: readonly Liar<MetadataRepositoryHarness>[] = [
  liar(MANY, "hides tombstones from whoever asks for many", (honest) => ({
    getMany: async (imageIds) =>
      (await honest.getMany(imageIds)).filter(({ status }) => status !== "removed"),
  })),
  liar(MANY, "forgets what a batch left unprocessed", (honest) => ({
    getMany: async (imageIds) => (await honest.getMany(imageIds)).slice(0, 97),
  })),
  liar(MANY, "answers a lone id with another image's record", (honest) => ({
    getMany: (imageIds) => honest.getMany(imageIds.length > 1 ? imageIds : [createRecord("k2").imageId]),
  })),
  liar(MANY, "keeps what it was asked for once", (honest) => {
    const kept = new Map<string, ImageRecord | undefined>();
    return {
      commit: async (record, condition) => {
        await honest.commit(record, condition);
        if (!kept.has(record.imageId)) kept.set(record.imageId, record);
      },
      getMany: async (imageIds) => imageIds.flatMap((imageId) => kept.get(imageId) ?? []),
    };
  }),
  liar(
    "getMany leaves out images without a record, and of none it resolves to nothing",
    "leaves a hole for each image that is missing",
    (honest) => ({
      getMany: async (imageIds) =>
        (await Promise.all(imageIds.map((imageId) => honest.get(imageId)))) as readonly ImageRecord[],
    }),
  ),
  liar(SCAN, "scans what it lists", (honest) => ({ scan: (query) => honest.list(query) })),
  liar(SCAN, "ends a scan before its last page", (honest) => ({
    scan: async (query) => {
      const page = await honest.scan(query);
      return page.items.length < query.limit ? { items: [] } : page;
    },
  })),
  liar(SCAN, "takes the limit of a scan for a hint", (honest) => ({
    scan: (query) => honest.scan({ ...query, limit: Math.min(query.limit * 2, 1_000) }),
  })),
  liar("scan of nothing ends with nothing", "promises more after nothing", (honest) => ({
    scan: async (query) => {
      const page = await honest.scan(query);
      return page.items.length === 0 ? { ...page, cursor: "more" } : page;
    },
  })),
  liar(STAY, "remembers of a page how many came before it", (honest) => ({
    scan: ({ limit, cursor }) => readSlice(honest, limit, Number(cursor ?? 0)),
  })),
  liar(STAY, "scans in the order of the times", (honest) => ({
    scan: async ({ limit, cursor = "" }) => {
      const items = (await readAllRecords(honest))
        .map((record) => ({ record, place: `${record.createdAt} ${record.imageId}` }))
        .filter(({ place }) => place > cursor)
        .sort((a, b) => (a.place < b.place ? -1 : 1));
      const last = items[limit - 1];
      const some = items.slice(0, limit).map(({ record }) => record);
      return last && items.length > limit ? { items: some, cursor: last.place } : { items: some };
    },
  })),
  liar(
    "a position that scan did not make gives records, or is refused as invalid-input",
    "fails on a position that it does not know",
    (honest) => ({
      scan: async (query) => {
        if (query.cursor !== undefined && !/^[\w-]{22}$/.test(query.cursor))
          throw new Error("no such position");
        return honest.scan(query);
      },
    }),
  ),
];

async function readAllRecords(honest: MetadataRepository): Promise<readonly ImageRecord[]> {
  return (await honest.scan({ limit: 1_000 })).items;
}

async function readSlice(
  honest: MetadataRepository,
  limit: number,
  start: number,
): Promise<Page<ImageRecord>> {
  const items = (await readAllRecords(honest)).slice(start, start + limit);
  return items.length === limit ? { items, cursor: String(start + limit) } : { items };
}
