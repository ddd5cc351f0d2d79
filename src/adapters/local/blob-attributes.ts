import type { BigIntStats } from "node:fs";
import { quote, SafelightError } from "../../domain/model/errors.js";
import { type Etag, etag } from "../../domain/model/etag.js";
import type { PutOptions } from "../../ports/blob-store.js";
import { type Database, decodeText, type StoredText, selectText } from "./database.js";
import { DAMAGE_HINT } from "./system-errors.js";

/** The attributes of a blob: its etag, when it was stored, and the options of the put. */
export interface BlobAttributes {
  readonly etag: Etag;
  readonly storedAt: Date;
  readonly options: Pick<PutOptions, "contentType" | "cacheControl" | "disposition" | "metadata">;
}

interface Row {
  readonly etag: string;
  readonly file_identity: string;
  readonly stored_at: number;
  readonly attributes: StoredText;
}

const ROW = `etag, file_identity, stored_at, ${selectText("attributes")} AS attributes`;

const INSERT = `INSERT INTO blobs (store, path, etag, file_identity, stored_at, attributes) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET file_identity = excluded.file_identity, stored_at = excluded.stored_at, attributes = excluded.attributes`;

const DELETE_CONTENT = "DELETE FROM blobs WHERE store = ? AND path = ? AND etag = ?";

/** The state of one content's row, to be put back: `undefined` where there was none. */
export type RowState = Row | undefined;

/** The attributes of one store's blobs, keyed by path and content: a reader that has the bytes finds their attributes. */
export class AttributeTable {
  readonly #database: Database;
  readonly #store: string;

  constructor(database: Database, store: string) {
    this.#database = database;
    this.#store = store;
  }

  /** Inserts the row for content that is about to be moved to `path`, in the file with this identity. */
  save(path: string, fileIdentity: string, { etag, storedAt, options }: BlobAttributes): void {
    const values = [this.#store, path, etag, fileIdentity, storedAt.getTime(), JSON.stringify(options)];
    this.#database.run(INSERT, values);
  }

  /** Puts one row in the place of all that `path` has, unless another process is writing. A reader does this, so it waits for nobody. */
  trySave(path: string, fileIdentity: string, { etag, storedAt, options }: BlobAttributes): void {
    for (const row of this.listRows(path))
      this.#database.tryRun(DELETE_CONTENT, [this.#store, path, row.etag]);
    const values = [this.#store, path, etag, fileIdentity, storedAt.getTime(), JSON.stringify(options)];
    this.#database.tryRun(INSERT, values);
  }

  /** Returns the row of this content as it is. */
  readState(path: string, etag: string): RowState {
    return this.listRows(path).find((row) => row.etag === etag);
  }

  /** Puts the row of this content back as it was. */
  putBack(path: string, etag: string, before: RowState): void {
    if (before === undefined) this.deleteContent(path, etag);
    else
      this.#database.run(
        "UPDATE blobs SET file_identity = ?, stored_at = ?, attributes = ? WHERE store = ? AND path = ? AND etag = ?",
        [
          before.file_identity,
          before.stored_at,
          JSON.stringify(parseOptions(before)),
          this.#store,
          path,
          etag,
        ],
      );
  }

  /** The paths that have rows, in their order, those after `after`. */
  listPaths(after: string, limit: number): string[] {
    return this.#database
      .selectAll<{ path: string }>(
        "SELECT DISTINCT path FROM blobs WHERE store = ? AND path > ? ORDER BY path LIMIT ?",
        [this.#store, after, limit],
      )
      .map(({ path }) => path);
  }

  /** The rows of all content at `path`. */
  listRows(path: string): Row[] {
    return this.#database.selectAll<Row>(`SELECT ${ROW} FROM blobs WHERE store = ? AND path = ?`, [
      this.#store,
      path,
    ]);
  }

  /** Deletes the row of one content. */
  deleteContent(path: string, etag: string): void {
    this.#database.run(DELETE_CONTENT, [this.#store, path, etag]);
  }

  /** Finds the attributes of this content; `undefined` if no put stored it. */
  findByEtag(path: string, etag: string): BlobAttributes | undefined {
    return this.#find("etag", path, etag);
  }

  /** Finds the attributes of the file with this identity; `undefined` does not mean that its content has none. */
  findByFileIdentity(path: string, fileIdentity: string): BlobAttributes | undefined {
    return this.#find("file_identity", path, fileIdentity);
  }

  /** Links the file's identity to its content, so that later look-ups need not read the file. A reader does this, so it waits for nobody. */
  rememberFileIdentity(path: string, etag: string, fileIdentity: string): void {
    this.#database.tryRun("UPDATE blobs SET file_identity = ? WHERE store = ? AND path = ? AND etag = ?", [
      fileIdentity,
      this.#store,
      path,
      etag,
    ]);
  }

  /** Deletes the rows of all content at `path`, or of all but `etag`. */
  delete(path: string, exceptEtag = ""): void {
    const others = this.#database.selectAll(
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

  #find(column: "etag" | "file_identity", path: string, value: string): BlobAttributes | undefined {
    const [row] = this.#database.selectAll<Row>(
      `SELECT ${ROW} FROM blobs WHERE store = ? AND path = ? AND ${column} = ?`,
      [this.#store, path, value],
    );
    if (row === undefined) return undefined;
    return { etag: etag(row.etag), storedAt: new Date(row.stored_at), options: parseOptions(row) };
  }
}

function parseOptions({ attributes }: Row): BlobAttributes["options"] {
  const text = decodeText(attributes, "what is said of a blob");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SafelightError(
      "unavailable",
      `what is said of a blob is damaged: ${quote(text)}; ${DAMAGE_HINT}`,
      {
        cause,
      },
    );
  }
}

/** Identifies a file without reading it, by inode, modification time and size: every put creates a new file. */
export function identifyFile({ ino, mtimeNs, size }: BigIntStats): string {
  return `${ino}:${mtimeNs}:${size}`;
}
