import { SafelightError } from "../../../src/domain/model/errors.js";
import type { ImageId } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import { compareVersions } from "../../../src/domain/model/version.js";
import type { MetadataRepositoryHarness } from "../../../src/ports/contracts/index.js";
import type { ListQuery, MetadataRepository, Replaced } from "../../../src/ports/metadata-repository.js";
import type { Liar } from "./liar.js";
import { createRepositoryLiar as liar } from "./metadata-repository.js";

/** The mistakes that a listing may make with an owner. */
const OWNER_LIES: readonly (readonly [
  lie: string,
  list: (honest: MetadataRepository, query: ListQuery) => ReturnType<MetadataRepository["list"]>,
])[] = [
  ["ignores the owner", (honest, { owner: _, ...query }) => honest.list(query)],
  [
    "ignores the owner where a tag is asked for",
    (honest, { owner, ...query }) =>
      honest.list({ ...query, ...(query.tag === undefined && owner !== undefined && { owner }) }),
  ],
  [
    "ignores the tag where an owner is asked for",
    (honest, { tag, ...query }) =>
      honest.list({ ...query, ...(query.owner === undefined && tag !== undefined && { tag }) }),
  ],
  [
    "ignores the status where an owner is asked for",
    (honest, { status, ...query }) =>
      honest.list({ ...query, ...(query.owner === undefined && status !== undefined && { status }) }),
  ],
  [
    "takes an owner for a tag",
    (honest, { owner, tag, ...query }) => {
      const wanted = tag ?? owner;
      return honest.list({ ...query, ...(wanted !== undefined && { tag: wanted }) });
    },
  ],
  [
    "looks for owners without regard to case",
    async (honest, { owner, ...query }) => {
      if (owner === undefined) return honest.list(query);
      const { items } = await honest.list({ ...query, limit: 1_000 });
      return { items: items.filter((record) => record.owner?.toLowerCase() === owner.toLowerCase()) };
    },
  ],
  [
    "narrows a page down only once it is full",
    async (honest, { owner, ...query }) => {
      const page = await honest.list(query);
      return { items: page.items.filter((record) => owner === undefined || record.owner === owner) };
    },
  ],
];

/** Broken repositories: what `list` and `purge` can get wrong. */
export const metadataRepositoryListingLiars: readonly Liar<MetadataRepositoryHarness>[] = [
  liar(
    "list gives the records newest first by createdAt, equal times in the order of imageId",
    "orders by when a record was processed",
    (honest) => ({
      list: async (query) => {
        const page = await honest.list(query);
        return { ...page, items: [...page.items].sort(compareProcessedTimes) };
      },
    }),
  ),
  liar("list leaves tombstones out", "lists tombstones at the end", (honest) => {
    const ids = new Set<ImageId>();
    return {
      commit: async (record, condition) => {
        await honest.commit(record, condition);
        ids.add(record.imageId);
      },
      list: async (query) => {
        const page = await honest.list(query);
        const all = await Promise.all([...ids].map((imageId) => honest.get(imageId)));
        const tombstones = all.filter((record) => record?.status === "removed") as ImageRecord[];
        return page.cursor === undefined ? { items: [...page.items, ...tombstones] } : page;
      },
    };
  }),
  liar("with status list gives only records that have it", "ignores the status", (honest) => ({
    list: ({ status: _, ...query }) => honest.list(query),
  })),
  liar(
    "with tag list gives only records that have it",
    "looks for the tag among the text of the tags",
    (honest) => ({
      list: async ({ tag, ...query }) => {
        const page = await honest.list(query);
        return { ...page, items: page.items.filter(({ tags }) => tags.join().includes(tag ?? "")) };
      },
    }),
  ),
  ...OWNER_LIES.map(([lie, list]) =>
    liar(
      "with owner list gives only records that have it, with a status or a tag only those that have both",
      lie,
      (honest) => ({ list: (query) => list(honest, query) }),
    ),
  ),
  liar(
    "a record that is there, unchanged, from the first page to the last is listed exactly once",
    "remembers of a page only the time it ended at",
    (honest) => ({
      list: async ({ limit, cursor, ...query }) => {
        const all = (await honest.list({ ...query, limit: 1_000 })).items;
        const following = all.filter(({ createdAt }) => cursor === undefined || createdAt < cursor);
        const items = following.slice(0, limit);
        const last = items.at(-1);
        return { items, ...(last && following.length > limit && { cursor: last.createdAt }) };
      },
    }),
  ),
  liar(
    "list's cursor continues after a page, and survives the record it stopped at",
    "looks for the record that the page ended with",
    (honest) => ({
      list: async ({ limit, cursor, ...query }) => {
        const all = (await honest.list({ ...query, limit: 1_000 })).items;
        const start = cursor === undefined ? 0 : all.findIndex(({ imageId }) => imageId === cursor) + 1;
        if (cursor !== undefined && start === 0) return { items: [] };
        const items = all.slice(start, start + limit);
        const last = items.at(-1);
        return { items, ...(last && all.length > start + limit && { cursor: last.imageId }) };
      },
    }),
  ),
  liar("list's limit is the most items a page may have", "takes the limit for a hint", (honest) => ({
    list: (query) => honest.list({ ...query, limit: Math.min(query.limit * 2, 1_000) }),
  })),
  liar(
    "a position that list did not make gives records of the listing, or is refused as invalid-input",
    "takes a position for one of the same listing",
    (honest) => ({
      list: ({ limit, cursor, ...filter }) =>
        honest.list(cursor === undefined ? { limit, ...filter } : { limit, cursor }),
    }),
  ),
  liar(
    "purge deletes the record if it is there with exactly the version and the edition",
    "only says that it purges",
    () => ({
      purge: async () => {},
    }),
  ),
  liar(
    "purge of another version or edition throws conflict and changes nothing",
    "purges whatever is there",
    (honest) => ({
      purge: async (imageId, { replacing }) => purgeIf(honest, imageId, replacing, () => true),
    }),
  ),
  liar(
    "purge of another version or edition throws conflict and changes nothing",
    "compares the version and forgets the edition",
    (honest) => ({
      purge: async (imageId, { replacing }) =>
        purgeIf(
          honest,
          imageId,
          replacing,
          (there) => compareVersions(there.version, replacing.version) === 0,
        ),
    }),
  ),
  liar(
    "purging where there is no record is success, so it can be repeated",
    "insists on a record",
    (honest) => ({
      purge: async (imageId, condition) => {
        const there = await honest.get(imageId);
        if (!there) throw new SafelightError("conflict", "there is no such record");
        await honest.purge(imageId, condition);
      },
    }),
  ),
];

async function purgeIf(
  honest: MetadataRepository,
  imageId: ImageId,
  replacing: Replaced,
  isAlike: (there: Replaced) => boolean,
): Promise<void> {
  const there = await honest.get(imageId);
  await honest.purge(imageId, { replacing: there && isAlike(there) ? there : replacing });
}

function compareProcessedTimes(a: ImageRecord, b: ImageRecord): number {
  return (a.processedAt ?? "") < (b.processedAt ?? "") ? 1 : -1;
}
