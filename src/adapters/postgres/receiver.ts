import { randomUUID } from "node:crypto";
import type { PostgresDatabase } from "./database.js";

/** Seconds until what a receiver has in hand is free for others, if it does not say that it lives. */
const LEASE_SECONDS = 30;

/** Milliseconds between two renewals: few enough that a database may be away for 20 s in between. */
const RENEWAL_MILLISECONDS = 5_000;

/** Says that a receiver lives, and gives it its time: part of each claim, since what nobody alive has in hand is free. */
export const RENEW_LEASE = `
  INSERT INTO {schema}.receivers (id, alive_until) VALUES ($1, now() + interval '${LEASE_SECONDS} seconds')
  ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until`;

/**
 * Who receives in this process, and the signs of life that keep what it has in hand from others. One row for all, so that
 * work in hand costs one write every few seconds, however much it is.
 */
export class Receiver {
  readonly id = randomUUID();
  readonly #database: PostgresDatabase;
  readonly #inHand = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  /** These rows are in hand from now on. */
  add(rows: readonly string[]): void {
    for (const row of rows) this.#inHand.add(row);
    if (this.#inHand.size === 0 || this.#timer) return;
    // A renewal that fails is followed by the next one. It keeps no process alive that has nothing else to do.
    const refresh = () => void this.#database.query(RENEW_LEASE, [this.id]).catch(() => {});
    this.#timer = setInterval(refresh, RENEWAL_MILLISECONDS).unref();
  }

  /** This row is no longer in hand. */
  remove(row: string): void {
    this.#inHand.delete(row);
    if (this.#inHand.size === 0) this.stop();
  }

  /** Gives no more signs of life. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
