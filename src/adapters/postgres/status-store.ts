import type { CallOptions } from "../../ports/call-options.js";
import type { StatusDocuments, StatusName, StatusStore } from "../../ports/status-store.js";
import type { PostgresDatabase } from "./database.js";

const PUT = `
  INSERT INTO {schema}.statuses AS status (name, at, document) VALUES ($1, $2, $3)
  ON CONFLICT (name) DO UPDATE SET at = excluded.at, document = excluded.document WHERE status.at <= excluded.at`;

/** Documents as rows, for every process on the schema. */
export class PostgresStatusStore implements StatusStore {
  readonly #database: PostgresDatabase;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  async get<Name extends StatusName>(
    name: Name,
    options?: CallOptions,
  ): Promise<StatusDocuments[Name] | undefined> {
    const { rows } = await this.#database.query<{ document: string }>(
      "SELECT document FROM {schema}.statuses WHERE name = $1",
      [name],
      options,
    );
    return rows[0] && JSON.parse(rows[0].document);
  }

  async put<Name extends StatusName>(
    name: Name,
    document: StatusDocuments[Name],
    options?: CallOptions,
  ): Promise<void> {
    await this.#database.query(PUT, [name, document.at, JSON.stringify(document)], options);
  }
}
