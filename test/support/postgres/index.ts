import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import pg from "pg";
import {
  type PostgresAdapters,
  type PostgresOptions,
  postgres,
} from "../../../src/adapters/postgres/index.js";
import { POSTGRES_BIN, type RunningServer, startSharedServer, toConnectionString } from "./server.js";

export {
  POSTGRES_BIN,
  type RunningServer,
  startOwnServer,
  startSharedServer,
  toConnectionString,
} from "./server.js";

/** A schema of a test file's own, and what a test may do to it from outside. */
export interface TestSchema {
  readonly server: RunningServer;
  readonly name: string;
  /** Opens the adapters, as a process of its own would. */
  open(options?: Partial<PostgresOptions>): PostgresAdapters;
  /** Empties all tables, once there are any. */
  clear(): Promise<void>;
  /** Sends a statement, in which `{schema}` stands for the schema. */
  send<Row extends object>(sql: string, values?: unknown[]): Promise<readonly Row[]>;
}

/**
 * Describes what needs PostgreSQL. Where that is not installed the tests are left out, as one line at the start of the run
 * says, or fail with `SAFELIGHT_POSTGRES_TESTS=required`.
 */
export function describeOnPostgres(name: string, body: (getSchema: () => TestSchema) => void): void {
  if (POSTGRES_BIN === undefined) {
    describeMissing(name);
    return;
  }
  describe(name, () => {
    let schema: TestSchema & { close(): Promise<void> };
    beforeAll(async () => {
      schema = await createTestSchema();
    });
    afterAll(() => schema.close());
    body(() => schema);
  });
}

function describeMissing(name: string): void {
  describe(name, () => {
    it("is left out, since PostgreSQL is neither installed nor required", () => {
      expect(process.env.SAFELIGHT_POSTGRES_TESTS).not.toBe("required");
    });
  });
}

async function createTestSchema(): Promise<TestSchema & { close(): Promise<void> }> {
  const server = await startSharedServer();
  const name = `test_${randomBytes(6).toString("hex")}`;
  const pool = new pg.Pool({ connectionString: toConnectionString(server), max: 2 });
  const send = async <Row extends object>(sql: string, values: unknown[] = []) => {
    const { rows } = await pool.query<Row>(sql.replaceAll("{schema}", name), values);
    return rows;
  };
  return {
    server,
    name,
    send,
    open: (options) =>
      postgres({ connectionString: toConnectionString(server), schema: name, connections: 4, ...options }),
    clear: async () => {
      const tables = await send<{ tablename: string }>(
        "SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename <> 'schema_version'",
        [name],
      );
      for (const { tablename } of tables) await send(`DELETE FROM {schema}.${tablename}`);
    },
    close: async () => {
      await send("DROP SCHEMA IF EXISTS {schema} CASCADE");
      await pool.end();
    },
  };
}
