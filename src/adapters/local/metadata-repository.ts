import { parseStoredRecord } from "../../domain/model/check-record.js";
import type { SafelightError } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import {
  formatListingPosition,
  formatSearchPosition,
  parseListingPosition,
  parseSearchPosition,
} from "../../domain/model/listing-position.js";
import type { Page } from "../../domain/model/page.js";
import { readSearchName } from "../../domain/model/search-name.js";
import { toVersionLabel } from "../../domain/model/version.js";
import { createChangedRecordError } from "../../ports/checked/index.js";
import type { ListQuery, MetadataRepository, NameQuery, Replaced } from "../../ports/metadata-repository.js";
import { type Database, decodeText, type StoredText, selectText } from "./database.js";
import { buildPageQueries, type Query } from "./records-page.js";
import { buildSearchQueries } from "./search-page.js";
import type { ShownRecords } from "./shown-records.js";

interface Row {
  readonly record: StoredText;
}

const RECORD = `${selectText("record")} AS record`;

/** Records as rows: the record itself as JSON, and beside it what conditions and listings need. With `shown`, people see them by name. */
export class LocalMetadataRepository implements MetadataRepository {
  readonly #database: Database;
  readonly #shown: ShownRecords | undefined;

  constructor(database: Database, shown?: ShownRecords) {
    this.#database = database;
    this.#shown = shown;
  }

  async get(imageId: ImageId): Promise<ImageRecord | undefined> {
    return this.#find(imageId);
  }

  async getMany(imageIds: readonly ImageId[]): Promise<readonly ImageRecord[]> {
    const places = imageIds.map(() => "?").join();
    return this.#database
      .selectAll<Row>(`SELECT ${RECORD} FROM records WHERE image_id IN (${places})`, [...imageIds])
      .map(parseRow);
  }

  async commit(record: ImageRecord, { replacing }: { replacing: Replaced | "nothing" }): Promise<void> {
    await this.#database.runTogether(() => {
      if (!this.#write(record, replacing)) throw this.#createConflictError(record.imageId, replacing);
      this.#index(record);
      this.#shown?.show(record);
    });
  }

  async list(query: ListQuery): Promise<Page<ImageRecord>> {
    const { limit, cursor } = query;
    const after = cursor === undefined ? undefined : parseListingPosition(cursor);
    return this.#readPage(buildPageQueries(query, after, limit + 1), limit, formatListingPosition);
  }

  async listByName(query: NameQuery): Promise<Page<ImageRecord>> {
    const { limit, cursor } = query;
    const after = cursor === undefined ? undefined : parseSearchPosition(cursor, query.name);
    return this.#readPage(buildSearchQueries(query, after, limit + 1), limit, (last) =>
      formatSearchPosition({ ...last, name: readSearchName(last) }),
    );
  }

  async scan({ limit, cursor = "" }: Pick<ListQuery, "limit" | "cursor">): Promise<Page<ImageRecord>> {
    const sql = `SELECT ${RECORD} FROM records WHERE image_id > ? ORDER BY image_id LIMIT ?`;
    return this.#readPage([{ sql, values: [cursor, limit + 1] }], limit, ({ imageId }) => imageId);
  }

  async purge(imageId: ImageId, { replacing }: { replacing: Replaced }): Promise<void> {
    this.#database.runTransaction(() => {
      if (this.#find(imageId) === undefined) return;
      const deleted = this.#database.run(
        "DELETE FROM records WHERE image_id = ? AND version = ? AND edition = ?",
        [imageId, toVersionLabel(replacing.version), replacing.edition],
      );
      if (deleted === 0) throw this.#createConflictError(imageId, replacing);
      this.#database.run("DELETE FROM record_tags WHERE image_id = ?", [imageId]);
      this.#shown?.remove(imageId);
    });
  }

  /** The queries ask for one record more than `limit`, which tells whether anything follows. */
  #readPage(
    queries: readonly Query[],
    limit: number,
    toPosition: (last: ImageRecord) => string,
  ): Page<ImageRecord> {
    const found: Row[] = [];
    for (const { sql, values } of queries)
      if (found.length <= limit) found.push(...this.#database.selectAll<Row>(sql, values));
    const items = found.slice(0, limit).map(parseRow);
    const last = items.at(-1);
    return last !== undefined && found.length > limit ? { items, cursor: toPosition(last) } : { items };
  }

  #find(imageId: ImageId): ImageRecord | undefined {
    const [row] = this.#database.selectAll<Row>(`SELECT ${RECORD} FROM records WHERE image_id = ?`, [
      imageId,
    ]);
    return row && parseRow(row);
  }

  #write(record: ImageRecord, replacing: Replaced | "nothing"): boolean {
    const { imageId, status, createdAt, edition, owner = null } = record;
    const name = status === "removed" ? null : readSearchName(record);
    const columns = [status, createdAt, toVersionLabel(record.version), edition, owner, name];
    const values = [...columns, JSON.stringify(record), imageId];
    const changed =
      replacing === "nothing"
        ? this.#database.run(
            `INSERT INTO records (status, created_at, version, edition, owner, name, record, image_id)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
            values,
          )
        : this.#database.run(
            `UPDATE records SET status = ?, created_at = ?, version = ?, edition = ?, owner = ?, name = ?,
             record = ? WHERE image_id = ? AND version = ? AND edition = ?`,
            [...values, toVersionLabel(replacing.version), replacing.edition],
          );
    return changed === 1;
  }

  #index({ imageId, status, createdAt, tags, owner }: ImageRecord): void {
    this.#database.run("DELETE FROM record_tags WHERE image_id = ?", [imageId]);
    if (status === "removed") return;
    for (const tag of new Set(tags)) {
      this.#database.run(
        "INSERT INTO record_tags (image_id, tag, owner, status, created_at) VALUES (?, ?, ?, ?, ?)",
        [imageId, tag, owner ?? null, status, createdAt],
      );
    }
  }

  #createConflictError(imageId: ImageId, replacing: Replaced | "nothing"): SafelightError {
    return createChangedRecordError(replacing, this.#find(imageId));
  }
}

function parseRow({ record }: Row): ImageRecord {
  return parseStoredRecord(decodeText(record, "a record"));
}
