import { setTimeout as timer } from "node:timers/promises";
import type { ImageEvent } from "../../domain/model/image-event.js";
import type { CallOptions } from "../../ports/call-options.js";
import { createForgottenEventError } from "../../ports/checked/index.js";
import type { EventLog, EventLogQuery } from "../../ports/event-log.js";
import { type Database, decodeText, type StoredText, selectText } from "./database.js";

/**
 * Milliseconds between two looks for new rows, each of some microseconds. SQLite tells nobody of the writes of other processes, and
 * watching its files would wake on every write of every table.
 */
const LOOK_INTERVAL_MILLISECONDS = 250;

const SELECT_PAGE = `SELECT ${selectText("event")} AS event FROM events WHERE number > ? ORDER BY number LIMIT ?`;

/** Events as the rows that the publisher of any process on the data directory has written. */
export class LocalEventLog implements EventLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async read({ after, limit }: EventLogQuery): Promise<readonly ImageEvent[]> {
    return this.#database
      .selectAll<{ event: StoredText }>(SELECT_PAGE, [this.#findNumber(after), limit])
      .map(({ event }) => JSON.parse(decodeText(event, "an event")));
  }

  async readNewest(): Promise<string | undefined> {
    const [row] = this.#database.selectAll<{ id: string }>(
      "SELECT id FROM events ORDER BY number DESC LIMIT 1",
    );
    return row?.id;
  }

  async waitForMore(after: string | undefined, { signal }: CallOptions = {}): Promise<void> {
    // Looked up once: rows are read after a number, whether its own row is still there or not.
    const number = this.#findNumber(after);
    while (!this.#hasMore(number))
      await timer(LOOK_INTERVAL_MILLISECONDS, undefined, { signal }).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      });
  }

  #findNumber(after: string | undefined): number {
    if (after === undefined) return 0;
    const [row] = this.#database.selectAll<{ number: number }>("SELECT number FROM events WHERE id = ?", [
      after,
    ]);
    if (row === undefined) throw createForgottenEventError(after);
    return row.number;
  }

  #hasMore(number: number): boolean {
    return (
      this.#database.selectAll("SELECT number FROM events WHERE number > ? LIMIT 1", [number]).length > 0
    );
  }
}
