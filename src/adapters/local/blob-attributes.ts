import type { BigIntStats } from "node:fs";
import { type Etag, etag } from "../../domain/model/etag.js";
import type { PutOptions } from "../../ports/blob-store.js";
import type { Database } from "./database.js";

/** What is kept of a blob beside its bytes. */
export interface BlobAttributes {
  readonly etag: Etag;
  readonly storedAt: Date;
  readonly said: Pick<PutOptions, "contentType" | "cacheControl" | "disposition" | "metadata">;
}

interface Row {
  readonly etag: string;
  readonly stored_at: number;
  readonly attributes: string;
}

/** The attributes of the blobs of one store, by path and content: a reader who has the bytes finds what belongs to them. */
export class AttributeTable {
  readonly #database: Database;
  readonly #store: string;

  constructor(database: Database, store: string) {
    this.#database = database;
    this.#store = store;
  }

  /** Adds the row of content that is about to lie at `path`, in a file with this mark. */
  save(path: string, mark: string, { etag, storedAt, said }: BlobAttributes): void {
    this.#database.run(
      `INSERT INTO blobs (store, path, etag, mark, stored_at, attributes) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET mark = excluded.mark, stored_at = excluded.stored_at, attributes = excluded.attributes`,
      [this.#store, path, etag, mark, storedAt.getTime(), JSON.stringify(said)],
    );
  }

  /** The attributes of this content, `undefined` if it was not stored by a put. */
  ofContent(path: string, etag: string): BlobAttributes | undefined {
    return this.#find("etag", path, etag);
  }

  /** The attributes of the file with this mark; `undefined` does not mean that its content has none. */
  ofFile(path: string, mark: string): BlobAttributes | undefined {
    return this.#find("mark", path, mark);
  }

  /** The file was found to have this content, so that it is known without reading it from now on. */
  recognise(path: string, etag: string, mark: string): void {
    this.#database.run("UPDATE blobs SET mark = ? WHERE store = ? AND path = ? AND etag = ?", [
      mark,
      this.#store,
      path,
      etag,
    ]);
  }

  /** Deletes the rows of all content at `path`, or of all but `etag`. */
  forget(path: string, exceptEtag = ""): void {
    const others = this.#database.all(
      "SELECT 1 FROM blobs WHERE store = ? AND path = ? AND etag <> ? LIMIT 1",
      [this.#store, path, exceptEtag],
    );
    // Looking first spares the usual put, which replaces nothing, a second write that has to reach the disk.
    if (others.length === 0) return;
    this.#database.run("DELETE FROM blobs WHERE store = ? AND path = ? AND etag <> ?", [
      this.#store,
      path,
      exceptEtag,
    ]);
  }

  #find(column: "etag" | "mark", path: string, value: string): BlobAttributes | undefined {
    const [row] = this.#database.all<Row>(
      `SELECT etag, stored_at, attributes FROM blobs WHERE store = ? AND path = ? AND ${column} = ?`,
      [this.#store, path, value],
    );
    if (row === undefined) return undefined;
    return { etag: etag(row.etag), storedAt: new Date(row.stored_at), said: JSON.parse(row.attributes) };
  }
}

/** What tells one file from every other without reading it: a put always makes a new file. */
export function markOf({ ino, mtimeNs, size }: BigIntStats): string {
  return `${ino}:${mtimeNs}:${size}`;
}
