import { computeShortDigest } from "../../domain/model/digest.js";
import { type ImageId, isImageId } from "../../domain/model/image-id.js";
import type { ImageRecord, ImageStatus } from "../../domain/model/image-record.js";
import { readSearchName } from "../../domain/model/search-name.js";
import { toVersionLabel } from "../../domain/model/version.js";
import type { Replaced } from "../../ports/metadata-repository.js";
import type { StatusName } from "../../ports/status-store.js";

/** The name of the table, unless another is given. */
export const DEFAULT_TABLE = "ImageMetadata";

/**
 * The number of this layout, in each row. Rows of another layout are neither read nor overwritten.
 *
 * Raise it with every release whose rows the previous release would refuse or misread: another key, attribute or index
 * partition, or another field in the JSON of the record, because a record with an unknown field is refused. It is 1
 * although the JSON has changed: nothing is released yet, so there is no table that anybody has to tell from this one.
 */
export const SCHEMA_VERSION = 1;

/**
 * The number of partitions that each listing is spread over, so that one partition does not limit the rate of uploads.
 * Never change it: rows that were written under another number would not be found.
 */
export const SHARDS = 8;

/** The index that lists images by upload time, newest first; it projects keys only. */
export const LISTING = { index: "listing", partitionKey: "listingPartition", sortKey: "sortKey" } as const;
/** As {@link LISTING}, for the images of one status. */
export const LISTING_BY_STATUS = {
  index: "listingByStatus",
  partitionKey: "statusPartition",
  sortKey: "sortKey",
} as const;

/**
 * The time-to-live attribute: when DynamoDB may delete the row, in seconds since 1970. Only tombstones have it; without
 * it each removed image would leave a row for ever.
 */
export const TIME_TO_LIVE = "deleteAfter";

/** The index keys of a row. Every listing is spread over one partition per shard, each in the order of `sortKey`. */
export interface IndexKeys {
  readonly listingPartition: string;
  readonly statusPartition?: string;
  readonly sortKey: string;
}

/** The index keys of a record: images newest first. A tombstone is in no listing. */
export function deriveIndexKeys(record: ImageRecord): IndexKeys | undefined {
  const { imageId, status } = record;
  if (status === "removed") return undefined;
  const shard = deriveShard(imageId);
  return {
    listingPartition: formatPartition({}, shard),
    statusPartition: formatPartition({ status }, shard),
    sortKey: deriveSortKey(record),
  };
}

/** The filters of a listing, beside its status. */
export interface ListFilter {
  readonly tag?: string;
  readonly owner?: string;
  /** By the file's name, in the order of the names. */
  readonly name?: true;
}

/**
 * An extra row of an image, which puts it into the partitions of one filter: DynamoDB cannot index the elements of a
 * list.
 */
export interface Entry extends IndexKeys, Omit<ListFilter, "name"> {
  readonly imageId: string;
  readonly schema: number;
}

/** The rows that a table has beside those of its tags and owners. */
export interface EntryOptions {
  /** Whether it has one for each name, and one for each name of an owner. */
  readonly searchByName?: boolean;
}

/** The entries of a record, by their ids. A tombstone has none. */
export function deriveEntries(record: ImageRecord, options: EntryOptions = {}): ReadonlyMap<string, Entry> {
  const { imageId, status } = record;
  if (status === "removed") return new Map();
  const shard = deriveShard(imageId);
  return new Map(
    listFilters(record, options).map((filter) => {
      const id = deriveEntryId(record, filter);
      const { name: _, ...wanted } = filter;
      const entry = {
        imageId: id,
        schema: SCHEMA_VERSION,
        ...wanted,
        listingPartition: formatPartition(filter, shard),
        statusPartition: formatPartition({ ...filter, status }, shard),
        sortKey: deriveSortKey(record, filter),
      };
      return [id, entry];
    }),
  );
}

/**
 * Each tag, the owner, and each tag of the owner: a page of either filter, or of both, then costs what it shows. By
 * option the name, and the name among those of the owner.
 */
function listFilters(
  { tags, owner }: ImageRecord,
  { searchByName = false }: EntryOptions,
): readonly ListFilter[] {
  const shared: readonly ListFilter[] = [
    ...tags.map((tag) => ({ tag })),
    ...(searchByName ? [{ name: true as const }] : []),
  ];
  return owner === undefined
    ? shared
    : [...shared, { owner }, ...shared.map((filter) => ({ ...filter, owner }))];
}

/**
 * The id of an entry, a digest of everything in it. So an entry never changes, writing it twice is harmless, and it is
 * current if its id is the one that the record would have now.
 */
export function deriveEntryId(record: ImageRecord, { tag, owner, name }: ListFilter): string {
  const { imageId, version, status, createdAt } = record;
  const filter = [tag ?? null, owner ?? null, name ? readSearchName(record) : null];
  const facts = [SCHEMA_VERSION, ...filter, toVersionLabel(version), status, createdAt];
  return `${imageId}#${computeShortDigest(JSON.stringify(facts))}`;
}

/** The id of the image that a row belongs to: the record itself or one of its entries. */
export function readImageId(rowId: string): ImageId {
  return rowId.split("#", 1).join() as ImageId;
}

/** The id of the row of a document about the whole pipeline. No image has it: it is too short. */
export function formatStatusId(name: StatusName): string {
  return `status#${name}`;
}

/** Whether a row may have this id. */
export function isRowId(id: string): boolean {
  return isImageId(readImageId(id)) || id.startsWith("status#");
}

/** Ends the name in a sort key: before every character that a folded name may have, so that a name is before those it begins. */
const NAME_END = "\t";

/**
 * The sort key of a record in a listing: newer first, then by id. In a search the folded name is in front: at most 765
 * bytes of the 1,024 that DynamoDB allows.
 */
export function deriveSortKey(
  { createdAt, imageId, fileName = "" }: Pick<ImageRecord, "createdAt" | "imageId"> & { fileName?: string },
  { name }: ListFilter = {},
): string {
  const place = `${String(1e15 - Date.parse(createdAt)).padStart(16, "0")}${imageId}`;
  return name ? `${readSearchName({ fileName })}${NAME_END}${place}` : place;
}

/** Whether `text` has the form of a sort key of {@link deriveSortKey}; cursors are such keys. `prefix`: that of a search. */
export function isSortKey(text: string, prefix?: string): boolean {
  const [place = "", ...name] = text.split(NAME_END).reverse();
  const fits = prefix === undefined ? name.length === 0 : name.length === 1 && text.startsWith(prefix);
  return fits && /^\d{16}[A-Za-z0-9_-]{22}$/.test(place);
}

/** The partitions of a listing, one per shard. */
export function listPartitions(filter: ListFilter & { status?: ImageStatus }): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => formatPartition(filter, shard));
}

/** A tag or an owner may be long and contain any character, so the partition has its digest; the entry has it in full. */
function formatPartition(
  { status, tag, owner, name }: ListFilter & { status?: ImageStatus },
  shard: number,
): string {
  const filters = Object.entries({ tag, owner, name }).filter(([, value]) => value !== undefined);
  const listing =
    filters.length === 0
      ? "images"
      : `${filters.map(([kind]) => kind).join("-")}-${computeShortDigest(JSON.stringify(filters))}`;
  return `${listing}/${status ?? "all"}/${shard}`;
}

/** The shard of an image. Ids are digests, so their first character spreads evenly. */
function deriveShard(imageId: ImageId): number {
  return imageId.charCodeAt(0) % SHARDS;
}

/** The condition that there is no record. */
export const IF_ABSENT = { ConditionExpression: "attribute_not_exists(imageId)" };

/** The condition that the record has exactly this version and edition, in a row that this version of Safelight can read. */
export function buildVersionCondition({ version, edition }: Replaced) {
  return {
    ConditionExpression: "#version = :version AND #edition = :edition AND #schema = :schema",
    ExpressionAttributeNames: { "#version": "version", "#edition": "edition", "#schema": "schema" },
    ExpressionAttributeValues: {
      ":version": { S: toVersionLabel(version) },
      ":edition": { N: String(edition) },
      ":schema": { N: String(SCHEMA_VERSION) },
    },
  };
}
