import { setTimeout as timer } from "node:timers/promises";
import { openConnection } from "./database.js";
import { OpenedFiles } from "./opened-files.js";
import { readErrorCode, toUnavailable } from "./system-errors.js";

/** The time after which waiting for the lock fails. */
const TIMEOUT_MILLISECONDS = 10_000;

/** The longest pause between two tries. It is short, because the lock is held only for disk writes. */
const MAX_PAUSE_MILLISECONDS = 5;

/**
 * One lock on a data directory for all processes. It is the write lock of an SQLite file that holds nothing: the
 * system gives it back when its holder dies, which a lock file does not do. It is not the lock of `safelight.db`,
 * because work under it commits there.
 */
export class Lock {
  readonly #connection: ReturnType<typeof openConnection>;
  readonly #files: OpenedFiles;

  constructor(file: string) {
    this.#connection = openConnection(file, 0);
    try {
      // The first page of an empty database is prepared when its write lock is taken, and SQLite makes a journal for
      // that: a file made and deleted each time. Nothing is ever written here, so there is nothing to roll back to.
      this.#connection.exec("PRAGMA journal_mode = MEMORY");
      this.#files = new OpenedFiles([file]);
    } catch (error) {
      this.#connection.close();
      throw toUnavailable("locking the data directory", error);
    }
  }

  /**
   * Runs `work`, which must not wait for anything, while no one else holds the lock. This thread does other things
   * while it waits for it. Throws `unavailable` if it stays taken.
   */
  async runExclusively<T>(work: () => T): Promise<T> {
    const end = performance.now() + TIMEOUT_MILLISECONDS;
    // Not always the same pause, or two that met once would meet again and again.
    while (!this.#tryAcquire(performance.now() >= end))
      await timer(1 + Math.random() * (MAX_PAUSE_MILLISECONDS - 1));
    try {
      // Whoever opened another file in its place would hold another lock.
      this.#files.assertInPlace();
      return work();
    } finally {
      this.#connection.exec("ROLLBACK");
    }
  }

  #tryAcquire(last: boolean): boolean {
    try {
      this.#connection.exec("BEGIN IMMEDIATE");
      return true;
    } catch (error) {
      if (!last && readErrorCode(error) === "SQLITE_BUSY") return false;
      throw toUnavailable("locking the data directory", error);
    }
  }

  close(): void {
    this.#connection.close();
  }
}
