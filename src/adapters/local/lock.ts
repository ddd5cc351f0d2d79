import { setTimeout as timer } from "node:timers/promises";
import { openConnection } from "./database.js";
import { codeOf, unavailable } from "./faults.js";

/** How long the lock is waited for, in milliseconds. */
const PATIENCE = 10_000;

/** How long until it is tried again, at most, in milliseconds: it is held for as long as the disk takes. */
const PAUSE = 5;

/**
 * One lock on a data directory for all processes. It is the write lock of an SQLite file that holds nothing: the
 * system gives it back when its holder dies, which a lock file does not do. It is not the lock of `safelight.db`,
 * because work under it commits there.
 */
export class Lock {
  readonly #connection: ReturnType<typeof openConnection>;

  constructor(file: string) {
    this.#connection = openConnection(file, 0);
    try {
      // The first page of an empty database is prepared when its write lock is taken, and SQLite makes a journal for
      // that: a file made and deleted each time. Nothing is ever written here, so there is nothing to roll back to.
      this.#connection.exec("PRAGMA journal_mode = MEMORY");
    } catch (error) {
      this.#connection.close();
      throw unavailable("the lock of the data directory", error);
    }
  }

  /**
   * Runs `work`, which must not wait for anything, while no one else holds the lock. This thread does other things
   * while it waits for it. Throws `unavailable` if it stays taken.
   */
  async exclusively<T>(work: () => T): Promise<T> {
    const end = performance.now() + PATIENCE;
    // Not always the same pause, or two that met once would meet again and again.
    while (!this.#taken(performance.now() >= end)) await timer(1 + Math.random() * (PAUSE - 1));
    try {
      return work();
    } finally {
      this.#connection.exec("ROLLBACK");
    }
  }

  #taken(last: boolean): boolean {
    try {
      this.#connection.exec("BEGIN IMMEDIATE");
      return true;
    } catch (error) {
      if (!last && codeOf(error) === "SQLITE_BUSY") return false;
      throw unavailable("the lock of the data directory", error);
    }
  }

  close(): void {
    this.#connection.close();
  }
}
