import { shortDigest } from "../../domain/model/digest.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord, ImageStatus } from "../../domain/model/image-record.js";
import { versionLabel } from "../../domain/model/version.js";
import type { Replaced } from "../../ports/metadata-repository.js";

/**
 * The number of this layout; each row carries it. A row of another one is neither read nor written over.
 */
export const SCHEMA = 1;

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

/** What a listing may be narrowed down to, beside a status. */
export interface Theme {
  readonly tag?: string;
  readonly owner?: string;
}

/** A row beside an image's own which puts it on the shelves of one theme: an index cannot reach into a list. */
export interface Entry extends Standing, Theme {
  readonly imageId: string;
  readonly schema: number;
}

/** The entries of a record, by their ids. A tombstone has none. */
export function entriesOf(record: ImageRecord): ReadonlyMap<string, Entry> {
  const { imageId, status } = record;
  if (status === "removed") return new Map();
  const shard = shardOf(imageId);
  return new Map(
    themesOf(record).map((theme) => {
      const id = entryId(record, theme);
      const [shelf, statusShelf] = [shelfOf(theme, shard), shelfOf({ ...theme, status }, shard)];
      return [id, { imageId: id, schema: SCHEMA, ...theme, shelf, statusShelf, place: placeOf(record) }];
    }),
  );
}

/** Each tag, the owner, and each tag of the owner: a page of either filter, or of both, then costs what it shows. */
function themesOf({ tags, owner }: ImageRecord): readonly Theme[] {
  const tagged = tags.map((tag) => ({ tag }));
  return owner === undefined ? tagged : [...tagged, { owner }, ...tagged.map(({ tag }) => ({ tag, owner }))];
}

/**
 * The id of an entry names everything that it says. So an entry is never changed, writing it twice is harmless, and
 * whether it still holds is known by comparing its id with the one that the record would have.
 */
export function entryId(record: ImageRecord, { tag, owner }: Theme): string {
  const { imageId, version, status, createdAt } = record;
  const said = [SCHEMA, tag ?? null, owner ?? null, versionLabel(version), status, createdAt];
  return `${imageId}#${shortDigest(JSON.stringify(said))}`;
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
export function shelvesOf(filter: Theme & { status?: ImageStatus }): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => shelfOf(filter, shard));
}

/** The shelves of the tombstones that wait to be purged. */
export function expiringShelves(): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => expiringShelf(shard));
}

function expiringShelf(shard: number): string {
  return `expiring/${shard}`;
}

/** A theme may be long and may be any text, so its shelves are named by its digest; the entry says it in words. */
function shelfOf({ status, tag, owner }: Theme & { status?: ImageStatus }, shard: number): string {
  const named = Object.entries({ tag, owner }).filter(([, value]) => value !== undefined);
  const name =
    named.length === 0
      ? "images"
      : `${named.map(([kind]) => kind).join("-")}-${shortDigest(JSON.stringify(named))}`;
  return `${name}/${status ?? "all"}/${shard}`;
}

/** Ids are digests: their first character spreads evenly. */
function shardOf(imageId: ImageId): number {
  return imageId.charCodeAt(0) % SHARDS;
}

/** The condition that there is no record. */
export const ABSENT = { ConditionExpression: "attribute_not_exists(imageId)" };

/** The condition that the record has exactly this version and edition, in a row that this version of Safelight can read. */
export function at({ version, edition }: Replaced) {
  return {
    ConditionExpression: "#version = :version AND #edition = :edition AND #schema = :schema",
    ExpressionAttributeNames: { "#version": "version", "#edition": "edition", "#schema": "schema" },
    ExpressionAttributeValues: {
      ":version": { S: versionLabel(version) },
      ":edition": { N: String(edition) },
      ":schema": { N: String(SCHEMA) },
    },
  };
}
