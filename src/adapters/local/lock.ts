import { openConnection } from "./database.js";
import { unavailable } from "./faults.js";

/**
 * One lock on a data directory for all processes. It is the write lock of an SQLite file that holds nothing: the
 * system gives it back when its holder dies, which a lock file does not do. It is not the lock of `safelight.db`,
 * because work under it commits there.
 */
export class Lock {
  readonly #connection: ReturnType<typeof openConnection>;

  constructor(file: string) {
    this.#connection = openConnection(file);
  }

  /** Runs `work`, which must not wait for anything, while no one else holds the lock. Throws `unavailable` if it stays taken. */
  exclusively<T>(work: () => T): T {
    try {
      this.#connection.exec("BEGIN IMMEDIATE");
    } catch (error) {
      throw unavailable("the lock of the data directory", error);
    }
    try {
      return work();
    } finally {
      this.#connection.exec("ROLLBACK");
    }
  }

  close(): void {
    this.#connection.close();
  }
}
