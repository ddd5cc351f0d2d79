import { parseStoredRecord } from "../../domain/model/check-record.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import {
  compareInListing,
  compareInSearch,
  formatListingPosition,
  formatSearchPosition,
  parseListingPosition,
  parseSearchPosition,
  type SearchPosition,
} from "../../domain/model/listing-position.js";
import type { Page } from "../../domain/model/page.js";
import { readSearchName } from "../../domain/model/search-name.js";
import { toVersionLabel } from "../../domain/model/version.js";
import type { CallOptions } from "../../ports/call-options.js";
import { createChangedRecordError } from "../../ports/checked/index.js";
import type { ListQuery, MetadataRepository, NameQuery, Replaced } from "../../ports/metadata-repository.js";
import type { PostgresDatabase } from "./database.js";
import { toIndexText } from "./index-text.js";
import { buildPageQuery } from "./records-page.js";
import { buildSearchQuery } from "./search-page.js";

interface Row {
  readonly record: string;
}

/** The values $1 to $7 are the record and its columns, $8 its tags, $9 its folded name. */
const INSERT = `
  INSERT INTO {schema}.records (status, created_at, version, edition, owner, record, image_id, name)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $9) ON CONFLICT DO NOTHING RETURNING image_id`;

const UPDATE = `
  UPDATE {schema}.records SET status = $1, created_at = $2, version = $3, edition = $4, owner = $5, record = $6,
    name = $9 WHERE image_id = $7 AND version = $10 AND edition = $11 RETURNING image_id`;

/**
 * Writes the record and, if that succeeded, the rows of its tags, in one statement: it happens whole or not at all, and
 * needs no transaction that a lost connection would leave open.
 */
const buildCommit = (write: string) => `
  WITH written AS (${write}),
  dropped AS (
    DELETE FROM {schema}.record_tags AS t USING written AS w
    WHERE t.image_id = w.image_id AND NOT t.tag = ANY ($8::text[])
  ),
  tagged AS (
    INSERT INTO {schema}.record_tags AS t (image_id, tag, owner, status, created_at)
    SELECT w.image_id, tag, $5::text, $1::text, $2::text FROM written AS w, unnest($8::text[]) AS tag
    ON CONFLICT (image_id, tag) DO UPDATE
    SET owner = excluded.owner, status = excluded.status, created_at = excluded.created_at
    WHERE (t.owner, t.status, t.created_at) IS DISTINCT FROM (excluded.owner, excluded.status, excluded.created_at)
  )
  SELECT image_id FROM written`;

/** Records as rows: the record itself as JSON, and beside it what conditions and listings need. */
export class PostgresMetadataRepository implements MetadataRepository {
  readonly #database: PostgresDatabase;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  async get(imageId: ImageId, options?: CallOptions): Promise<ImageRecord | undefined> {
    const { rows } = await this.#database.query<Row>(
      "SELECT record FROM {schema}.records WHERE image_id = $1",
      [imageId],
      options,
    );
    return rows[0] && parseRow(rows[0]);
  }

  async getMany(imageIds: readonly ImageId[], options?: CallOptions): Promise<readonly ImageRecord[]> {
    const { rows } = await this.#database.query<Row>(
      "SELECT record FROM {schema}.records WHERE image_id = ANY ($1::text[])",
      [imageIds],
      options,
    );
    return rows.map(parseRow);
  }

  async commit(
    record: ImageRecord,
    { replacing, signal }: CallOptions & { replacing: Replaced | "nothing" },
  ): Promise<void> {
    const { imageId, status, createdAt, version, edition, owner, tags } = record;
    const ownerText = owner === undefined ? null : toIndexText(owner);
    const columns = [status, createdAt, toVersionLabel(version), edition, ownerText];
    const name = status === "removed" ? null : readSearchName(record);
    const indexed = status === "removed" ? [] : [...new Set(tags)].map(toIndexText);
    const values = [...columns, JSON.stringify(record), imageId, indexed, name];
    const { count } = await (replacing === "nothing"
      ? this.#database.query(buildCommit(INSERT), values, { signal })
      : this.#database.query(buildCommit(UPDATE), [...values, ...toCondition(replacing)], { signal }));
    if (count === 0) throw createChangedRecordError(replacing, await this.get(imageId, { signal }));
  }

  async list(query: ListQuery, options?: CallOptions): Promise<Page<ImageRecord>> {
    const { limit, cursor } = query;
    const after = cursor === undefined ? undefined : parseListingPosition(cursor);
    // One more than asked for tells whether anything follows.
    const { sql, values } = buildPageQuery(query, after, limit + 1);
    const { rows } = await this.#database.query<Row>(sql, values, options);
    return buildPage(rows.map(parseRow).sort(compareInListing), limit, formatListingPosition);
  }

  async listByName(query: NameQuery, options?: CallOptions): Promise<Page<ImageRecord>> {
    const { limit, cursor } = query;
    const after = cursor === undefined ? undefined : parseSearchPosition(cursor, query.name);
    const { sql, values } = buildSearchQuery(query, after, limit + 1);
    const { rows } = await this.#database.query<Row>(sql, values, options);
    const found = rows.map(parseRow).map((record) => ({ record, name: readSearchName(record) }));
    found.sort((a, b) => compareInSearch(toSearchPosition(a), toSearchPosition(b)));
    return buildPage(
      found.map(({ record }) => record),
      limit,
      (last) => formatSearchPosition(toSearchPosition({ record: last, name: readSearchName(last) })),
    );
  }

  async scan(
    { limit, cursor = "" }: Pick<ListQuery, "limit" | "cursor">,
    options?: CallOptions,
  ): Promise<Page<ImageRecord>> {
    const { rows } = await this.#database.query<Row>(
      "SELECT record FROM {schema}.records WHERE image_id > $1 ORDER BY image_id LIMIT $2",
      // No id holds a NUL character, which no text of PostgreSQL can have.
      [cursor.replaceAll("\0", ""), limit + 1],
      options,
    );
    return buildPage(rows.map(parseRow), limit, ({ imageId }) => imageId);
  }

  async purge(imageId: ImageId, { replacing, signal }: CallOptions & { replacing: Replaced }): Promise<void> {
    const { count } = await this.#database.query(
      `WITH purged AS (
         DELETE FROM {schema}.records WHERE image_id = $1 AND version = $2 AND edition = $3 RETURNING image_id
       ), dropped AS (
         DELETE FROM {schema}.record_tags AS t USING purged AS p WHERE t.image_id = p.image_id
       )
       SELECT image_id FROM purged`,
      [imageId, ...toCondition(replacing)],
      { signal },
    );
    if (count > 0) return;
    const found = await this.get(imageId, { signal });
    if (found) throw createChangedRecordError(replacing, found);
  }
}

/** The first `limit` of the records that were found, with the cursor after them if there are more. */
function buildPage(
  found: readonly ImageRecord[],
  limit: number,
  toPosition: (last: ImageRecord) => string,
): Page<ImageRecord> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return last !== undefined && found.length > limit ? { items, cursor: toPosition(last) } : { items };
}

function toSearchPosition({
  record,
  name,
}: {
  readonly record: ImageRecord;
  readonly name: string;
}): SearchPosition {
  return { createdAt: record.createdAt, imageId: record.imageId, name };
}

function toCondition({ version, edition }: Replaced): readonly unknown[] {
  return [toVersionLabel(version), edition];
}

function parseRow({ record }: Row): ImageRecord {
  return parseStoredRecord(record);
}
