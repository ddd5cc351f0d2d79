import { setTimeout } from "node:timers/promises";
import { invalidInput, SafelightError } from "../../domain/model/errors.js";
import type { CallOptions } from "../../ports/call-options.js";
import { isUndone, toDatabaseError } from "./database-errors.js";
import { migrate } from "./migrate.js";
import {
  type Answer,
  type OpenedPool,
  openPool,
  type PostgresClient,
  type PostgresPool,
  type Result,
  type Send,
} from "./pool.js";

/** Options of {@link PostgresDatabase}. */
export interface DatabaseOptions {
  /** Absent: the server that the environment names. */
  readonly connectionString?: string;
  /** The caller's own pool, which stays its to close. Absent: one is made. */
  readonly pool?: PostgresPool;
  /** Default `safelight`. */
  readonly schema?: string;
  /** Default 10. */
  readonly connections?: number;
  /** Milliseconds. Default 30,000. */
  readonly timeout?: number;
}

/** How often a statement is sent that the server undoes because of others. */
const TRIES = 6;

/** One schema of a database. Nothing is sent before the first call, which brings the schema up to date. */
export class PostgresDatabase {
  readonly schema: string;
  readonly #options: DatabaseOptions;
  readonly #timeout: number;
  /** Clients whose breaking is listened to: an error that nobody hears would end the process. */
  readonly #heard = new WeakSet<PostgresClient>();
  #opened: Promise<OpenedPool> | undefined;
  #ready: Promise<OpenedPool> | undefined;
  #isClosed = false;

  /** Throws `invalid-input` for a name that no schema should have. */
  constructor(options: DatabaseOptions) {
    const { schema = "safelight", timeout = 30_000 } = options;
    // Short enough that the names of its channels are names too.
    if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema))
      throw invalidInput("1 to 40 characters of a-z 0-9 _ that do not begin with a digit", "schema", schema);
    this.#options = options;
    this.#timeout = timeout;
    this.schema = schema;
  }

  /**
   * Sends one statement, which is a transaction by itself, again if the server undoes it because of others. An aborted
   * `signal` ends the wait; the statement may have happened, as after `unavailable`.
   */
  async query<Row>(
    sql: string,
    values: readonly unknown[] = [],
    { signal }: CallOptions = {},
  ): Promise<Result<Row>> {
    signal?.throwIfAborted();
    const { pool } = await waitUnlessAborted(this.#prepare(), signal);
    for (let tries = 1; ; tries += 1) {
      try {
        return toResult(await waitUnlessAborted(pool.query(this.#build(sql, values)), signal));
      } catch (error) {
        signal?.throwIfAborted();
        if (!isUndone(error) || tries === TRIES) throw toDatabaseError(error);
        // Rivals that begin again at different moments do not meet again.
        await setTimeout(Math.random() * 20 * tries);
      }
    }
  }

  /** Runs `work` in one transaction on one connection. */
  async runTransaction<Given>(work: (send: Send) => Promise<Given>): Promise<Given> {
    const { pool } = await this.#prepare();
    return this.#runWork(pool, work);
  }

  /** A connection of its own, for what a server says unasked. It is the caller's to release. */
  async connect(): Promise<{ readonly client: PostgresClient; readonly send: Send }> {
    const { pool } = await this.#prepare();
    const client = await this.#openClient(pool);
    return { client, send: this.#createSend(client) };
  }

  /** Closes the connections, unless they are of a pool of the caller's. Repeating it is success. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.close();
  }

  /** A start that failed is tried again by the next call. */
  #prepare(): Promise<OpenedPool> {
    if (this.#isClosed) throw new SafelightError("unavailable", "the adapters are closed; open them again");
    this.#ready ??= this.#start().catch((error) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #start(): Promise<OpenedPool> {
    const { pool, connectionString, connections = 10 } = this.#options;
    this.#opened ??= (
      pool ? Promise.resolve({ pool, close: async () => {} }) : openPool(connectionString, connections)
    ).catch((error) => {
      this.#opened = undefined;
      throw error;
    });
    const opened = await this.#opened;
    await this.#runWork(opened.pool, (send) => migrate(send, this.schema));
    return opened;
  }

  async #runWork<Given>(pool: PostgresPool, work: (send: Send) => Promise<Given>): Promise<Given> {
    const client = await this.#openClient(pool);
    const send = this.#createSend(client);
    try {
      await send("BEGIN");
      const given = await work(send);
      await send("COMMIT");
      client.release();
      return given;
    } catch (error) {
      // Closed and not given back: whatever state it is in, the server undoes it.
      client.release(true);
      throw error;
    }
  }

  async #openClient(pool: PostgresPool): Promise<PostgresClient> {
    try {
      const client = await pool.connect();
      if (!this.#heard.has(client)) client.on("error", () => {});
      this.#heard.add(client);
      return client;
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  #createSend(client: PostgresClient): Send {
    return async (sql, values) => {
      try {
        return toResult(await client.query(this.#build(sql, values)));
      } catch (error) {
        throw toDatabaseError(error);
      }
    };
  }

  #build(sql: string, values: readonly unknown[] = []) {
    return {
      text: sql.replaceAll("{schema}", `"${this.schema}"`),
      values: [...values],
      query_timeout: this.#timeout,
    };
  }
}

function toResult<Row>({ rows, rowCount }: Answer): Result<Row> {
  return { rows: rows as readonly Row[], count: rowCount ?? 0 };
}

/** Resolves to what is waited for, or rejects with the reason of an aborted signal; what was begun goes on by itself then. */
function waitUnlessAborted<Given>(given: Promise<Given>, signal: AbortSignal | undefined): Promise<Given> {
  if (signal === undefined) return given;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    given.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
