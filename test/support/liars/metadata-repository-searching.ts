import type { ImageId } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import type { Page } from "../../../src/domain/model/page.js";
import { foldName, readSearchName } from "../../../src/domain/model/search-name.js";
import type { MetadataRepositoryHarness } from "../../../src/ports/contracts/index.js";
import type { MetadataRepository, NameQuery } from "../../../src/ports/metadata-repository.js";
import type { Liar } from "./liar.js";
import { createRepositoryLiar } from "./metadata-repository.js";

type Search = (honest: MetadataRepository, query: NameQuery) => Promise<Page<ImageRecord>>;

const FINDING =
  "listByName, where a repository has it, gives the records whose file name begins so, in any case, by name and then newest first";
const FILTERING =
  "listByName, where a repository has it, gives with a status or an owner only records that have it";
const POSITIONS =
  "a position that listByName did not make gives records of the search, or is refused as invalid-input";
const CONTINUING =
  "listByName, where a repository has it, lists a record that stays exactly once, and goes on after one that is gone";

/** Broken searches. */
const LIES: readonly (readonly [law: string, lie: string, search: Search])[] = [
  [
    FINDING,
    "finds only names in lower case",
    (honest, query) => searchAll(honest, query, ({ fileName }) => fileName.startsWith(query.name)),
  ],
  [
    FINDING,
    "finds a name anywhere in it",
    (honest, query) => searchAll(honest, query, (record) => readSearchName(record).includes(query.name)),
  ],
  [
    FINDING,
    "takes _ and % for wildcards",
    (honest, query) =>
      searchAll(honest, query, (record) => createPattern(query.name).test(readSearchName(record))),
  ],
  [
    FINDING,
    "folds ASCII alone",
    (honest, query) => searchAll(honest, query, ({ fileName }) => foldAscii(fileName).startsWith(query.name)),
  ],
  [
    FINDING,
    "lists the newest first, whatever the name",
    (honest, query) =>
      searchAll(
        honest,
        query,
        (record) => readSearchName(record).startsWith(query.name),
        () => 0,
      ),
  ],
  [
    FINDING,
    "lists the oldest of one name first",
    (honest, query) =>
      searchAll(
        honest,
        query,
        (record) => readSearchName(record).startsWith(query.name),
        (a, b) => compareNames(a, b) || compareNewest(b, a),
      ),
  ],
  [FILTERING, "ignores the status", (honest, { status: _, ...query }) => searchHonestly(honest, query)],
  [FILTERING, "ignores the owner", (honest, { owner: _, ...query }) => searchHonestly(honest, query)],
  [
    FILTERING,
    "ignores the status where an owner is asked for",
    (honest, { status, ...query }) =>
      searchHonestly(honest, {
        ...query,
        ...(query.owner === undefined && status !== undefined && { status }),
      }),
  ],
  [
    CONTINUING,
    "remembers of a page only the name that it ended with",
    async (honest, { limit, cursor, ...query }) => {
      const all = (await searchHonestly(honest, { ...query, limit: 1_000 })).items;
      const following = all.filter((record) => cursor === undefined || readSearchName(record) > cursor);
      const items = following.slice(0, limit);
      const last = items.at(-1);
      return { items, ...(last && following.length > limit && { cursor: readSearchName(last) }) };
    },
  ],
  [
    CONTINUING,
    "looks for the record that the page ended with",
    async (honest, { limit, cursor, ...query }) => {
      const all = (await searchHonestly(honest, { ...query, limit: 1_000 })).items;
      const start = cursor === undefined ? 0 : all.findIndex(({ imageId }) => imageId === cursor) + 1;
      if (cursor !== undefined && start === 0) return { items: [] };
      const items = all.slice(start, start + limit);
      const last = items.at(-1);
      return { items, ...(last && all.length > start + limit && { cursor: last.imageId }) };
    },
  ],
  [
    POSITIONS,
    "goes on from any position to the end of the index",
    async (honest, { limit, cursor, ...query }) => {
      if (cursor === undefined) return searchHonestly(honest, { ...query, limit });
      const all = (await honest.list({ limit: 1_000 })).items;
      const name = cursor.split(" ").at(-1) ?? "";
      return { items: all.filter((record) => readSearchName(record) > name).slice(0, limit) };
    },
  ],
];

/** Broken repositories: what `listByName` can get wrong. */
export const metadataRepositorySearchingLiars: readonly Liar<MetadataRepositoryHarness>[] = [
  ...LIES.map(([law, lie, search]) =>
    createRepositoryLiar(law, lie, (honest) => ({ listByName: (query) => search(honest, query) })),
  ),
  createRepositoryLiar(
    "listByName, where a repository has it, finds a record by the name that it has now, and no tombstone",
    "keeps the name that an image came with",
    (honest) => {
      const first = new Map<ImageId, string>();
      return {
        commit: async (record, condition) => {
          await honest.commit(record, condition);
          if (!first.has(record.imageId)) first.set(record.imageId, readSearchName(record));
        },
        listByName: (query) =>
          searchAll(honest, query, ({ imageId }) => first.get(imageId)?.startsWith(query.name) === true),
      };
    },
  ),
  createRepositoryLiar(
    "listByName, where a repository has it, finds a record by the name that it has now, and no tombstone",
    "goes on finding what is removed",
    (honest) => {
      const ids = new Set<ImageId>();
      return {
        commit: async (record, condition) => {
          await honest.commit(record, condition);
          ids.add(record.imageId);
        },
        listByName: async (query) => {
          const all = await Promise.all([...ids].map((imageId) => honest.get(imageId)));
          return {
            items: all.flatMap((record) =>
              record && readSearchName(record).startsWith(query.name) ? [record] : [],
            ),
          };
        },
      };
    },
  ),
];

function searchHonestly(honest: MetadataRepository, query: NameQuery): Promise<Page<ImageRecord>> {
  if (honest.listByName === undefined) throw new Error("expected an honest repository that can search");
  return honest.listByName(query);
}

/** Pages through all that `matches`, by number. */
async function searchAll(
  honest: MetadataRepository,
  { limit, cursor, name: _, ...filter }: NameQuery,
  matches: (record: ImageRecord) => boolean,
  compare: (a: ImageRecord, b: ImageRecord) => number = (a, b) => compareNames(a, b) || compareNewest(a, b),
): Promise<Page<ImageRecord>> {
  const items = (await honest.list({ ...filter, limit: 1_000 })).items.filter(matches).sort(compare);
  const start = Number(cursor ?? 0);
  const page = items.slice(start, start + limit);
  return { items: page, ...(items.length > start + limit && { cursor: String(start + limit) }) };
}

function compareNames(a: ImageRecord, b: ImageRecord): number {
  return Buffer.compare(Buffer.from(readSearchName(a)), Buffer.from(readSearchName(b)));
}

function compareNewest(a: ImageRecord, b: ImageRecord): number {
  return a.createdAt === b.createdAt ? 0 : a.createdAt > b.createdAt ? -1 : 1;
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => foldName(letter));
}

function createPattern(prefix: string): RegExp {
  const escaped = prefix.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("%", ".*").replaceAll("_", ".")}`, "u");
}
