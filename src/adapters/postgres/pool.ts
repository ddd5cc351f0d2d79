import { SafelightError } from "../../domain/model/errors.js";

/** One statement, its values and the most milliseconds that its answer may take. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
  readonly query_timeout: number;
}

/** The rows that a statement gave, and how many it touched. */
export interface Answer {
  readonly rows: readonly object[];
  readonly rowCount: number | null;
}

/** As much of a `pg.PoolClient` as is needed. */
export interface PostgresClient {
  query(statement: Statement): Promise<Answer>;
  on(event: "notification" | "error" | "end", listener: (said?: unknown) => void): unknown;
  /** Given back to its pool; with an error, closed instead. */
  release(error?: Error | boolean): void;
}

/** As much of a `pg.Pool` as is needed. */
export interface PostgresPool {
  query(statement: Statement): Promise<Answer>;
  connect(): Promise<PostgresClient>;
}

/** A pool, and how to close it; a pool of the caller's is left open. */
export interface OpenedPool {
  readonly pool: PostgresPool;
  close(): Promise<void>;
}

/** The rows that a statement gave, and how many it touched. */
export interface Result<Row> {
  readonly rows: readonly Row[];
  readonly count: number;
}

/** Sends one statement; `{schema}` in it stands for the name of the schema. */
export type Send = <Row>(sql: string, values?: readonly unknown[]) => Promise<Result<Row>>;

/** Milliseconds until a connection that does not come about counts as failed. */
const CONNECT_TIMEOUT = 10_000;

/**
 * A pool of connections as `pg` makes it. Absent `connectionString`: the server that the environment names (`PGHOST`,
 * `PGUSER` and so on). Throws `invalid-input` if `pg` is not installed.
 */
export async function openPool(
  connectionString: string | undefined,
  connections: number,
): Promise<OpenedPool> {
  const { default: pg } = await importDriver();
  const pool = new pg.Pool({
    connectionString,
    max: connections,
    application_name: "safelight",
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    // What a process left open when it vanished holds no locks for longer than this.
    idle_in_transaction_session_timeout: 60_000,
  });
  // A connection that breaks while nobody uses it is replaced when it is needed.
  pool.on("error", () => {});
  return { pool, close: () => pool.end() };
}

async function importDriver() {
  try {
    return await import("pg");
  } catch (cause) {
    const message =
      "expected the package pg beside safelight/postgres but it is not installed; run npm install pg, or give a pool";
    throw new SafelightError("invalid-input", message, { cause });
  }
}
