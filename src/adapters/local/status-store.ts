import type { CallOptions } from "../../ports/call-options.js";
import type { StatusDocuments, StatusName, StatusStore } from "../../ports/status-store.js";
import { type Database, decodeText, type StoredText, selectText } from "./database.js";

const PUT = `INSERT INTO statuses (name, at, document) VALUES (?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET at = excluded.at, document = excluded.document WHERE statuses.at <= excluded.at`;

/** Documents as rows, for every process on the data directory. */
export class LocalStatusStore implements StatusStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async get<Name extends StatusName>(name: Name): Promise<StatusDocuments[Name] | undefined> {
    const [row] = this.#database.selectAll<{ document: StoredText }>(
      `SELECT ${selectText("document")} AS document FROM statuses WHERE name = ?`,
      [name],
    );
    return row && JSON.parse(decodeText(row.document, `the status ${name}`));
  }

  async put<Name extends StatusName>(
    name: Name,
    document: StatusDocuments[Name],
    { signal }: CallOptions = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    this.#database.run(PUT, [name, document.at, JSON.stringify(document)]);
  }
}
