import { shortDigest } from "../../domain/model/digest.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord, ImageStatus } from "../../domain/model/image-record.js";
import { type Version, versionLabel } from "../../domain/model/version.js";

/**
 * How many partitions each listing is spread over, so that no single one caps how fast images come in. Part of the
 * data: with another number, what lies in the table would not be found.
 */
export const SHARDS = 8;

/** The two indexes of the table; both project keys only, and `place` sorts both. */
export const LISTING = { index: "listing", shelf: "shelf" } as const;
/** As {@link LISTING}, but of one status. */
export const LISTING_BY_STATUS = { index: "listingByStatus", shelf: "statusShelf" } as const;

/**
 * The attribute that tells DynamoDB when it may delete a row by itself (time to live), in seconds since 1970. Only
 * tombstones have it: without, each removed image would leave a row for ever.
 */
export const TIME_TO_LIVE = "deleteAfter";

/** Where a row stands in the indexes: every listing is a set of shelves, one a shard, each in the order of `place`. */
export interface Standing {
  readonly shelf: string;
  readonly statusShelf?: string;
  readonly place: string;
}

/** Where an image stands: the living newest first, the tombstones by when they may be purged. */
export function standingOf(record: ImageRecord): Standing | undefined {
  const { imageId, status, expiresAt } = record;
  const shard = shardOf(imageId);
  if (status === "removed")
    return expiresAt === undefined ? undefined : { shelf: expiringShelf(shard), place: expiresAt };
  return { shelf: shelfOf({}, shard), statusShelf: shelfOf({ status }, shard), place: placeOf(record) };
}

/** A row beside an image's own which puts it on the shelves of one tag: an index cannot reach into a list. */
export interface TagEntry extends Standing {
  readonly imageId: string;
  readonly tag: string;
}

/** The entries of a record, by their ids. A tombstone has none. */
export function tagEntriesOf(record: ImageRecord): ReadonlyMap<string, TagEntry> {
  const { imageId, status, tags } = record;
  if (status === "removed") return new Map();
  const shard = shardOf(imageId);
  return new Map(
    tags.map((tag) => {
      const id = tagEntryId(record, tag);
      const [shelf, statusShelf] = [shelfOf({ tag }, shard), shelfOf({ tag, status }, shard)];
      return [id, { imageId: id, tag, shelf, statusShelf, place: placeOf(record) }];
    }),
  );
}

/**
 * The id of an entry names everything that it says. So an entry is never changed, writing it twice is harmless, and
 * whether it still holds is known by comparing its id with the one that the record would have.
 */
export function tagEntryId(record: ImageRecord, tag: string): string {
  const { imageId, version, status, createdAt } = record;
  return `${imageId}#${shortDigest(JSON.stringify([tag, versionLabel(version), status, createdAt]))}`;
}

/** The image that a row belongs to, be it the image's own or an entry. */
export function imageOfRow(rowId: string): ImageId {
  return rowId.split("#", 1).join() as ImageId;
}

/** Text that sorts as the listing does: the newer first, then by id. */
export function placeOf({ createdAt, imageId }: Pick<ImageRecord, "createdAt" | "imageId">): string {
  return `${String(1e15 - Date.parse(createdAt)).padStart(16, "0")}${imageId}`;
}

/** Whether `text` has the shape of a place in a listing. */
export function isPlace(text: string): boolean {
  return /^\d{16}[A-Za-z0-9_-]{22}$/.test(text);
}

/** The shelves of a listing. */
export function shelvesOf(filter: { status?: ImageStatus; tag?: string }): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => shelfOf(filter, shard));
}

/** The shelves of the tombstones that wait to be purged. */
export function expiringShelves(): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => expiringShelf(shard));
}

function expiringShelf(shard: number): string {
  return `expiring/${shard}`;
}

/** A tag may be long and may be any text, so its shelf is named by its digest; the entry says it in words. */
function shelfOf({ status, tag }: { status?: ImageStatus; tag?: string }, shard: number): string {
  const name = tag === undefined ? "images" : `tag-${shortDigest(tag)}`;
  return `${name}/${status ?? "all"}/${shard}`;
}

/** Ids are digests: their first character spreads evenly. */
function shardOf(imageId: ImageId): number {
  return imageId.charCodeAt(0) % SHARDS;
}

/** What a write may replace: a record of exactly this version, or nothing at all. */
export type Replacing = Version | "nothing";

/** The condition that there is no record. */
export const ABSENT = { ConditionExpression: "attribute_not_exists(imageId)" };

/** The condition that the record has exactly this version. */
export function atVersion(version: Version) {
  return {
    ConditionExpression: "#version = :version",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":version": { S: versionLabel(version) } },
  };
}
