import { computeShortDigest } from "../../domain/model/digest.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord, ImageStatus } from "../../domain/model/image-record.js";
import { toVersionLabel } from "../../domain/model/version.js";
import type { Replaced } from "../../ports/metadata-repository.js";

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

/** The index keys of a record: images newest first, tombstones by the time when they may be purged. */
export function deriveIndexKeys(record: ImageRecord): IndexKeys | undefined {
  const { imageId, status, expiresAt } = record;
  const shard = deriveShard(imageId);
  if (status === "removed")
    return expiresAt === undefined
      ? undefined
      : { listingPartition: formatExpiringPartition(shard), sortKey: expiresAt };
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
}

/**
 * An extra row of an image, which puts it into the partitions of one filter: DynamoDB cannot index the elements of a
 * list.
 */
export interface Entry extends IndexKeys, ListFilter {
  readonly imageId: string;
  readonly schema: number;
}

/** The entries of a record, by their ids. A tombstone has none. */
export function deriveEntries(record: ImageRecord): ReadonlyMap<string, Entry> {
  const { imageId, status } = record;
  if (status === "removed") return new Map();
  const shard = deriveShard(imageId);
  return new Map(
    listFilters(record).map((filter) => {
      const id = deriveEntryId(record, filter);
      const entry = {
        imageId: id,
        schema: SCHEMA_VERSION,
        ...filter,
        listingPartition: formatPartition(filter, shard),
        statusPartition: formatPartition({ ...filter, status }, shard),
        sortKey: deriveSortKey(record),
      };
      return [id, entry];
    }),
  );
}

/** Each tag, the owner, and each tag of the owner: a page of either filter, or of both, then costs what it shows. */
function listFilters({ tags, owner }: ImageRecord): readonly ListFilter[] {
  const tagged = tags.map((tag) => ({ tag }));
  return owner === undefined ? tagged : [...tagged, { owner }, ...tagged.map(({ tag }) => ({ tag, owner }))];
}

/**
 * The id of an entry, a digest of everything in it. So an entry never changes, writing it twice is harmless, and it is
 * current if its id is the one that the record would have now.
 */
export function deriveEntryId(record: ImageRecord, { tag, owner }: ListFilter): string {
  const { imageId, version, status, createdAt } = record;
  const facts = [SCHEMA_VERSION, tag ?? null, owner ?? null, toVersionLabel(version), status, createdAt];
  return `${imageId}#${computeShortDigest(JSON.stringify(facts))}`;
}

/** The id of the image that a row belongs to: the record itself or one of its entries. */
export function readImageId(rowId: string): ImageId {
  return rowId.split("#", 1).join() as ImageId;
}

/** The sort key of a record in a listing: newer first, then by id. */
export function deriveSortKey({ createdAt, imageId }: Pick<ImageRecord, "createdAt" | "imageId">): string {
  return `${String(1e15 - Date.parse(createdAt)).padStart(16, "0")}${imageId}`;
}

/** Whether `text` has the form of a sort key of {@link deriveSortKey}; cursors are such keys. */
export function isSortKey(text: string): boolean {
  return /^\d{16}[A-Za-z0-9_-]{22}$/.test(text);
}

/** The partitions of a listing, one per shard. */
export function listPartitions(filter: ListFilter & { status?: ImageStatus }): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => formatPartition(filter, shard));
}

/** The partitions of the tombstones that wait to be purged. */
export function listExpiringPartitions(): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => formatExpiringPartition(shard));
}

function formatExpiringPartition(shard: number): string {
  return `expiring/${shard}`;
}

/** A tag or an owner may be long and contain any character, so the partition has its digest; the entry has it in full. */
function formatPartition(
  { status, tag, owner }: ListFilter & { status?: ImageStatus },
  shard: number,
): string {
  const filters = Object.entries({ tag, owner }).filter(([, value]) => value !== undefined);
  const name =
    filters.length === 0
      ? "images"
      : `${filters.map(([kind]) => kind).join("-")}-${computeShortDigest(JSON.stringify(filters))}`;
  return `${name}/${status ?? "all"}/${shard}`;
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
