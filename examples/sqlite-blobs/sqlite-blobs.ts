import { randomUUID } from "node:crypto";
import Database from "libsql";
import {
  type Blob,
  type BlobInfo,
  type BlobStore,
  createChangedBlobError,
  createMissingBlobError,
  createOversizedBlobError,
  type DeleteResult,
  type Etag,
  etag,
  type ListedBlob,
  type Page,
  type PutOptions,
  type PutResult,
  SafelightError,
} from "safelight";

/** A row without its bytes. */
interface Row {
  readonly key: ArrayBuffer;
  readonly size: number;
  readonly etag: string;
  readonly stored_at: string;
  readonly said: string;
}

/** Blobs as rows of one SQLite file. */
export class SqliteBlobs implements BlobStore {
  readonly #file: string;
  #database: Database.Database | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  async get(
    key: string,
    { ifMatch, maxBytes = Infinity }: { ifMatch?: Etag; maxBytes?: number } = {},
  ): Promise<Blob> {
    const [row] = this.#select<Row & { bytes: ArrayBuffer }>("SELECT * FROM blobs WHERE key = ?", [
      toBytes(key),
    ]);
    if (row === undefined) throw createMissingBlobError();
    if (ifMatch !== undefined && ifMatch !== row.etag) throw createChangedBlobError();
    if (row.size > maxBytes) throw createOversizedBlobError(maxBytes, row.size);
    return { ...toInfo(row), bytes: new Uint8Array(row.bytes) };
  }

  async head(key: string): Promise<BlobInfo> {
    const [row] = this.#select<Row>("SELECT key, size, etag, stored_at, said FROM blobs WHERE key = ?", [
      toBytes(key),
    ]);
    if (row === undefined) throw createMissingBlobError();
    return toInfo(row);
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions): Promise<PutResult> {
    const { contentType, cacheControl, disposition, metadata = {} } = options;
    const said = JSON.stringify({ contentType, cacheControl, disposition, metadata });
    const written = etag(randomUUID());
    this.#run(
      "INSERT OR REPLACE INTO blobs (key, bytes, size, etag, stored_at, said) VALUES (?, ?, ?, ?, ?, ?)",
      [toBytes(key), Buffer.from(bytes), bytes.length, written, new Date().toISOString(), said],
    );
    return { etag: written };
  }

  async delete(key: string): Promise<DeleteResult> {
    this.#run("DELETE FROM blobs WHERE key = ?", [toBytes(key)]);
    return {};
  }

  async deleteAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.delete(key);
  }

  async list(
    prefix: string,
    { cursor = "", limit = 1_000 }: { cursor?: string; limit?: number } = {},
  ): Promise<Page<ListedBlob>> {
    const first = toBytes(prefix);
    // No byte of UTF-8 is 255.
    const end = Buffer.concat([first, Uint8Array.of(255)]);
    const rows = this.#select<Row>(
      "SELECT key, size, etag, stored_at, said FROM blobs WHERE key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?",
      [first, end, toBytes(cursor), limit + 1],
    );
    const items = rows.slice(0, limit).map(toInfo);
    const last = items.at(-1);
    return rows.length > limit && last ? { items, cursor: last.key } : { items };
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #select<Found>(sql: string, values: readonly unknown[]): Found[] {
    return this.#use((database) => database.prepare(sql).all([...values]) as Found[]);
  }

  #run(sql: string, values: readonly unknown[]): void {
    this.#use((database) => database.prepare(sql).run([...values]));
  }

  #use<Result>(work: (database: Database.Database) => Result): Result {
    try {
      this.#database ??= open(this.#file);
      return work(this.#database);
    } catch (cause) {
      throw new SafelightError("unavailable", `${this.#file} could not be used`, { cause });
    }
  }
}

function open(file: string): Database.Database {
  const database = new Database(file, { timeout: 10_000 });
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec(
    "CREATE TABLE IF NOT EXISTS blobs (key BLOB PRIMARY KEY, bytes BLOB NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, stored_at TEXT NOT NULL, said TEXT NOT NULL)",
  );
  return database;
}

function toBytes(key: string): Uint8Array {
  return Buffer.from(key);
}

function toInfo(row: Row): BlobInfo {
  return {
    key: Buffer.from(row.key).toString(),
    size: row.size,
    etag: etag(row.etag),
    storedAt: new Date(row.stored_at),
    ...JSON.parse(row.said),
  };
}
