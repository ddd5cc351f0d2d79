import { EVENT_RETENTION, LEAST_EVENTS, MOST_EVENTS } from "../../domain/model/event-retention.js";
import type { ImageEvent } from "../../domain/model/image-event.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import type { Database } from "./database.js";
import { wrapSystemErrors } from "./system-errors.js";

/** Most rows that one event deletes: more than it adds, so that the old ones get fewer, and few, so that it stays quick. */
const MAX_DELETED = 20;

/** The oldest rows are those of the lowest numbers: none but them are looked at. */
const DELETE_OLD = `DELETE FROM events WHERE number IN (SELECT number FROM events ORDER BY number LIMIT ${MAX_DELETED})
  AND (number <= ?1 - ${MOST_EVENTS} OR (number <= ?1 - ${LEAST_EVENTS} AND published_at < ?2))`;

/** Events as rows, each once by its id, kept for 7 days. */
export class LocalEventPublisher implements EventPublisher {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async publish(event: ImageEvent, { signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    await wrapSystemErrors("publishing an event", () => this.#append(event, Date.now()));
  }

  #append(event: ImageEvent, now: number): Promise<void> {
    return this.#database.runTogether(() => {
      const [row] = this.#database.selectAll<{ number: number }>(
        "INSERT INTO events (id, published_at, event) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING number",
        [event.id, now, JSON.stringify(event)],
      );
      if (row !== undefined) this.#database.run(DELETE_OLD, [row.number, now - EVENT_RETENTION]);
    });
  }
}
