import { isUtf8 } from "node:buffer";
import Connection from "libsql";
import { hasCode, refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { GroupCommit, type Outcome, toOutcome } from "./group-commit.js";
import { OpenedFiles } from "./opened-files.js";
import { SCHEMA, SCHEMA_VERSION } from "./schema.js";
import { DAMAGE_HINT, toUnavailable } from "./system-errors.js";

/** A value of a column. */
export type Value = string | number | null;

/** The time that a call waits for another writing process. */
const BUSY_TIMEOUT_MILLISECONDS = 10_000;

type Statement = ReturnType<InstanceType<typeof Connection>["prepare"]>;

/** The database of a data directory. Every call is synchronous: what runs between two awaits is one step. */
export class Database {
  readonly #connection: InstanceType<typeof Connection>;
  readonly #file: string;
  readonly #statements = new Map<string, Statement>();
  readonly #files: OpenedFiles;
  readonly #group = new GroupCommit((works: readonly (() => unknown)[]) => this.runEach(works));
  #isInTransaction = false;

  /** Opens the file, or makes it. Throws `unavailable`, or `invalid-input` for a file that this version cannot read. */
  constructor(file: string) {
    this.#file = file;
    this.#connection = openConnection(file);
    try {
      this.#connection.exec("PRAGMA journal_mode = WAL");
      // Durable once a call has returned, also when the power fails.
      this.#connection.exec("PRAGMA synchronous = FULL");
      // Not in a transaction each time: whoever only reads must not wait for another process that writes.
      const found = this.#readVersion();
      // Reading has opened all of them.
      this.#files = new OpenedFiles([file, `${file}-wal`, `${file}-shm`]);
      if (found !== SCHEMA_VERSION) this.runTransaction(() => this.#migrate());
    } catch (error) {
      this.#connection.close();
      if (error instanceof Error && "code" in error && error.code === "SQLITE_NOTADB")
        throw refusalInWords(
          "invalid-input",
          "an SQLite database",
          file,
          `another kind of file, or a damaged one; ${DAMAGE_HINT}`,
          { cause: error },
        );
      throw toUnavailable(`opening ${file}`, error);
    }
  }

  /** The rows that a statement gives. */
  selectAll<Row>(sql: string, values: readonly Value[] = []): Row[] {
    // Not `get`: it adds a column of its own to the row.
    return this.#wrapErrors(() => this.#prepare(sql).all([...values]) as Row[]);
  }

  /**
   * Runs a statement that writes and returns how many rows it changed. It has a transaction in any case, so that another
   * process is waited for as that begins: libsql never resets a statement that met one, and this connection would read what
   * the database held then for as long as it is open.
   */
  run(sql: string, values: readonly Value[] = []): number {
    if (!this.#isInTransaction) return this.runTransaction(() => this.run(sql, values));
    return this.#wrapErrors(() => this.#prepare(sql).run([...values]).changes);
  }

  /**
   * Runs a statement that nothing depends on, such as one that remembers what can be found again. It waits for nobody:
   * where another process is writing, or the disk is full, it is left out.
   */
  tryRun(sql: string, values: readonly Value[] = []): void {
    try {
      this.#exec("PRAGMA busy_timeout = 0");
      this.run(sql, values);
    } catch (error) {
      if (!hasCode(error, "unavailable")) throw error;
    } finally {
      this.#exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MILLISECONDS}`);
    }
  }

  /** Runs `work`, which must not wait for anything, as one durable step: all of it or, if it throws, nothing. */
  runTransaction<T>(work: () => T): T {
    this.assertInPlace();
    this.#exec("BEGIN IMMEDIATE");
    this.#isInTransaction = true;
    try {
      const result = work();
      this.#exec("COMMIT");
      return result;
    } catch (error) {
      // A disk error may have rolled it back already; the error that counts is the first one.
      if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
      throw error;
    } finally {
      this.#isInTransaction = false;
    }
  }

  /**
   * Runs `work` as {@link runTransaction} does, in one transaction with what else is to be written now; resolves once all of
   * that is durable. What throws fails alone. `work` may run a second time: what it did is undone before that.
   */
  runTogether<T>(work: () => T): Promise<T> {
    return this.#group.commit(work) as Promise<T>;
  }

  /**
   * Runs each piece of work as one durable step, all of them in one transaction. If any fails, that is rolled back and each
   * has a transaction of its own: failures are rare, and a savepoint for each would cost more than what it saves.
   */
  runEach<T>(works: readonly (() => T)[]): readonly Outcome<T>[] {
    let hasBegun = false;
    try {
      return this.runTransaction(() => {
        hasBegun = true;
        return works.map((work) => ({ result: work() }));
      });
    } catch (error) {
      // Behind another process that writes for long, each would wait as long again.
      if (!hasBegun || works.length === 1) return works.map(() => ({ error }));
      return works.map((work) => toOutcome(() => this.runTransaction(work)));
    }
  }

  /** Throws `unavailable` if the file was deleted or replaced: what is written would be lost. */
  assertInPlace(): void {
    this.#wrapErrors(() => this.#files.assertInPlace());
  }

  /** Later calls throw `unavailable`. Repeating it is success. */
  close(): void {
    if (!this.#connection.open) return;
    this.#statements.clear();
    try {
      // Brings everything into the one file, where no other process is in the way: a copy of it is then complete.
      this.#connection.exec("PRAGMA busy_timeout = 0");
      this.#connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // On a full disk, for example. Everything is in the log beside the file, which whoever opens it next reads.
    } finally {
      this.#connection.close();
    }
  }

  #readVersion(): number {
    const [row] = this.selectAll<{ user_version: number }>("PRAGMA user_version");
    return row?.user_version ?? 0;
  }

  /** Another process may have been faster. */
  #migrate(): void {
    const found = this.#readVersion();
    if (found === SCHEMA_VERSION) return;
    if (found !== 0) {
      const received = `${found}, made by another version of Safelight: open the directory with that version, or process its folder of originals into a new data directory`;
      throw refusalInWords("invalid-input", `schema version ${SCHEMA_VERSION}`, this.#file, received);
    }
    this.#exec(SCHEMA);
    this.#exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  }

  #prepare(sql: string): Statement {
    const statement = this.#statements.get(sql) ?? this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #exec(sql: string): void {
    this.#wrapErrors(() => this.#connection.exec(sql));
  }

  #wrapErrors<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw toUnavailable(`a query of ${this.#file}`, error);
    }
  }
}

/** A long text as a column gives it that was selected by {@link selectText}. */
export type StoredText = ArrayBuffer;

/**
 * The expression that selects a long text as its bytes. libsql ends the process where a text is not UTF-8, as it may be
 * after a disk has changed a byte; long texts are what it most likely changes.
 */
export function selectText(column: string): string {
  return `CAST(${column} AS BLOB)`;
}

/** Decodes a text. Throws `unavailable` for bytes that are damaged. */
export function decodeText(stored: StoredText, what: string): string {
  const bytes = Buffer.from(stored);
  if (isUtf8(bytes)) return bytes.toString();
  throw new SafelightError("unavailable", `${what} in the database is damaged; ${DAMAGE_HINT}`);
}

/** Opens a plain connection that waits so many milliseconds for other processes. Throws `unavailable`. */
export function openConnection(
  file: string,
  patience = BUSY_TIMEOUT_MILLISECONDS,
): InstanceType<typeof Connection> {
  try {
    return new Connection(file, { timeout: patience });
  } catch (error) {
    throw toUnavailable(`opening ${file}`, error);
  }
}
