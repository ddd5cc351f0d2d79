import { setTimeout } from "node:timers/promises";
import { guardPorts } from "../../ports/checked/index.js";
import type { Sleep } from "../../ports/sleep.js";
import { PostgresChangeQueue } from "./change-queue.js";
import { type DatabaseOptions, PostgresDatabase } from "./database.js";
import { PostgresMetadataRepository } from "./metadata-repository.js";

export type { Answer, PostgresClient, PostgresPool, Statement } from "./pool.js";
export type { PostgresChangeQueue, PostgresMetadataRepository };

/** Options of {@link postgres}. */
export interface PostgresOptions {
  /**
   * Where the server is, such as `postgresql://user:password@host/database?sslmode=verify-full`. Default: what the
   * environment says (`PGHOST`, `PGUSER`, `PGPASSWORD` and so on).
   */
  readonly connectionString?: DatabaseOptions["connectionString"];
  /** A `pg.Pool` of yours, of at least 2 connections; you close it. Default: one of our own. */
  readonly pool?: DatabaseOptions["pool"];
  /** The schema, made if it is missing; 1 to 40 characters of `a-z 0-9 _`. Default `safelight`. */
  readonly schema?: DatabaseOptions["schema"];
  /** Most connections of our own pool. Default 10. */
  readonly connections?: DatabaseOptions["connections"];
  /** Milliseconds until a statement that has no answer counts as failed. Default 30,000. */
  readonly timeout?: DatabaseOptions["timeout"];
}

/** Records and queue on one schema of a database. */
export interface PostgresAdapters {
  readonly records: PostgresMetadataRepository;
  readonly queue: PostgresChangeQueue;
  readonly sleep: Sleep;
  /**
   * Closes the connections, unless they are of a pool of yours. What was received and not acknowledged is free for others
   * after half a minute. Repeating it is success.
   */
  close(): Promise<void>;
}

/**
 * Makes the adapters on PostgreSQL 14 or later, through the package `pg`. Nothing is sent before a port is used; the first
 * use brings the schema up to date, while others wait. Throws `invalid-input` for a name that no schema should have; the
 * first use throws it where `pg` is not installed or the schema was made by a newer version.
 */
export function postgres(options: PostgresOptions = {}): PostgresAdapters {
  const database = new PostgresDatabase(options);
  const queue = new PostgresChangeQueue(database);
  return guardPorts({
    records: new PostgresMetadataRepository(database),
    queue,
    sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    close: async () => {
      queue.close();
      await database.close();
    },
  });
}
