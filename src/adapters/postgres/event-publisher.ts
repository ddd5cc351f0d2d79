import { EVENT_RETENTION, LEAST_EVENTS, MOST_EVENTS } from "../../domain/model/event-retention.js";
import type { ImageEvent } from "../../domain/model/image-event.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import type { PostgresDatabase } from "./database.js";
import { toChannel } from "./listener.js";

/** Most rows that one event deletes: more than it adds, so that the old ones get fewer, and few, so that it stays quick. */
const MAX_DELETED = 20;

/**
 * One publisher at a time: numbers are drawn in one order and seen in the same one, so that whoever reads after an event
 * misses none of a lower number that comes to light later.
 */
const APPEND = `
  WITH turn AS (SELECT pg_advisory_xact_lock(hashtextextended($3, 0))), added AS (
    INSERT INTO {schema}.events (id, event) SELECT $1, $2 FROM turn ON CONFLICT DO NOTHING RETURNING number
  ), dropped AS (
    DELETE FROM {schema}.events USING added
    WHERE events.number IN (SELECT number FROM {schema}.events ORDER BY number LIMIT ${MAX_DELETED})
      AND (events.number <= added.number - ${MOST_EVENTS} OR (events.number <= added.number - ${LEAST_EVENTS}
        AND events.published_at < now() - interval '${EVENT_RETENTION} milliseconds'))
  )
  SELECT pg_notify($3, '') FROM added`;

/** Events as rows, each once by its id, kept for 7 days. */
export class PostgresEventPublisher implements EventPublisher {
  readonly #database: PostgresDatabase;
  readonly #channel: string;

  constructor(database: PostgresDatabase) {
    this.#database = database;
    this.#channel = toChannel(database.schema, "events");
  }

  async publish(event: ImageEvent, options?: CallOptions): Promise<void> {
    await this.#database.query(APPEND, [event.id, JSON.stringify(event), this.#channel], options);
  }
}
