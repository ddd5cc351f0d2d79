import { randomUUID } from "node:crypto";
import type { CallOptions } from "../../ports/call-options.js";
import type { PostgresDatabase } from "./database.js";

/** Seconds until what a receiver has in hand is free for others, if it does not say that it lives. */
const LEASE_SECONDS = 30;

/** Milliseconds between two renewals: few enough that a database may be away for 20 s in between. */
const RENEWAL_MILLISECONDS = 5_000;

/** Says that a receiver lives, and gives it its time: part of each claim, since what nobody alive has in hand is free. */
export const RENEW_LEASE = `
  INSERT INTO {schema}.receivers AS r (id, alive_until) VALUES ($1, now() + interval '${LEASE_SECONDS} seconds')
  ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until RETURNING r.void_claims`;

/** Has the claims of a receiver up to a number, and those under way, claim nothing any more; waits for one that is being carried out. */
const VOID_CLAIMS = `
  INSERT INTO {schema}.receivers AS r (id, alive_until, void_claims)
  VALUES ($1, now() + interval '${LEASE_SECONDS} seconds', $2)
  ON CONFLICT (id) DO UPDATE SET void_claims = greatest(r.void_claims, excluded.void_claims)`;

/** Frees what a claim has taken that nobody heard of: it counts as no attempt. */
const TAKE_BACK = `
  UPDATE {schema}.changes SET receiver = NULL, received_at = NULL, attempts = attempts - 1
  WHERE receiver = $1 AND claim = $2`;

/** A statement by which a receiver gives something back. Repeating it is harmless. */
export interface GivingBack {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * Who receives in this process, and the signs of life that keep what it has in hand from others. One row for all, so that
 * work in hand costs one write every few seconds, however much it is.
 *
 * A living process must not keep what it no longer works on. So a statement by which it gives something back and that fails,
 * or whose answer is lost, is remembered, and sent again with the signs of life and before the next claim.
 */
export class Receiver {
  readonly id = randomUUID();
  readonly #database: PostgresDatabase;
  readonly #inHand = new Set<string>();
  readonly #owed = new Set<GivingBack>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  /** These rows are in hand from now on. */
  add(rows: readonly string[]): void {
    for (const row of rows) this.#inHand.add(row);
    this.#startOrStop();
  }

  /** Gives a row back, or says that it is done. If this fails, it will happen all the same. */
  async giveBack(row: string, statement: GivingBack, options?: CallOptions): Promise<void> {
    try {
      await this.#database.query(statement.sql, statement.values, options);
    } catch (error) {
      this.#owed.add(statement);
      throw error;
    } finally {
      this.#inHand.delete(row);
      this.#startOrStop();
    }
  }

  /**
   * Takes back what a claim has taken whose answer was lost. The server may come to that claim only now: so first it is made
   * void, and what it took before is taken back by a statement that begins after that.
   */
  takeBack(claim: number): void {
    this.#owed.add({ sql: VOID_CLAIMS, values: [this.id, claim] });
    this.#owed.add({ sql: TAKE_BACK, values: [this.id, claim] });
    this.#startOrStop();
  }

  /** Sends what failed before. Throws `unavailable` if it fails again. */
  async sendOwed(): Promise<void> {
    for (const statement of this.#owed) {
      await this.#database.query(statement.sql, statement.values);
      this.#owed.delete(statement);
    }
    this.#startOrStop();
  }

  /** Gives no more signs of life. */
  stop(): void {
    this.#isStopped = true;
    this.#startOrStop();
  }

  #startOrStop(): void {
    if (this.#isStopped || this.#inHand.size + this.#owed.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    // It keeps no process alive that has nothing else to do.
    else this.#timer ??= setInterval(() => this.#refresh(), RENEWAL_MILLISECONDS).unref();
  }

  /** Failures are left to the next time. */
  #refresh(): void {
    void this.#database.query(RENEW_LEASE, [this.id]).catch(() => {});
    void this.sendOwed().catch(() => {});
  }
}
