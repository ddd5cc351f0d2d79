import { setTimeout } from "node:timers/promises";
import type { ImageEvent } from "../../domain/model/image-event.js";
import type { CallOptions } from "../../ports/call-options.js";
import { createForgottenEventError } from "../../ports/checked/index.js";
import type { EventLog, EventLogQuery } from "../../ports/event-log.js";
import type { PostgresDatabase } from "./database.js";
import { ChannelListener } from "./listener.js";

/** Milliseconds between two looks for whoever waits, in case a word was lost. */
const LOOK_MILLISECONDS = 10_000;

/** Events as the rows that the publisher of any process has written. */
export class PostgresEventLog implements EventLog {
  readonly #database: PostgresDatabase;
  readonly #added: ChannelListener;

  constructor(database: PostgresDatabase) {
    this.#database = database;
    this.#added = new ChannelListener(database, "events");
  }

  async read({ after, limit }: EventLogQuery, options?: CallOptions): Promise<readonly ImageEvent[]> {
    const { rows } = await this.#database.query<{ event: string }>(
      "SELECT event FROM {schema}.events WHERE number > $1 ORDER BY number LIMIT $2",
      [await this.#findNumber(after, options), limit],
      options,
    );
    return rows.map(({ event }) => JSON.parse(event));
  }

  async readNewest(options?: CallOptions): Promise<string | undefined> {
    const { rows } = await this.#database.query<{ id: string }>(
      "SELECT id FROM {schema}.events ORDER BY number DESC LIMIT 1",
      [],
      options,
    );
    return rows[0]?.id;
  }

  async waitForMore(after: string | undefined, { signal }: CallOptions = {}): Promise<void> {
    // Looked up once: rows are read after a number, whether its own row is still there or not.
    const number = await this.#findNumber(after, { signal });
    let isTold = false;
    let wake: () => void = () => {};
    const unlisten = this.#added.listen(() => {
      isTold = true;
      wake();
    });
    try {
      while (!(await this.#hasMore(number, { signal }))) {
        const alarm = new AbortController();
        wake = () => alarm.abort();
        signal?.addEventListener("abort", wake, { once: true });
        if (isTold || signal?.aborted) alarm.abort();
        await setTimeout(LOOK_MILLISECONDS, undefined, { signal: alarm.signal }).catch(() => {});
        signal?.removeEventListener("abort", wake);
        signal?.throwIfAborted();
        isTold = false;
      }
    } finally {
      unlisten();
    }
  }

  /** Ends the waiting for what others publish. */
  close(): void {
    this.#added.close();
  }

  async #findNumber(after: string | undefined, options?: CallOptions): Promise<string> {
    if (after === undefined) return "0";
    const { rows } = await this.#database.query<{ number: string }>(
      "SELECT number FROM {schema}.events WHERE id = $1",
      [after],
      options,
    );
    if (rows[0] === undefined) throw createForgottenEventError(after);
    return rows[0].number;
  }

  async #hasMore(number: string, options: CallOptions): Promise<boolean> {
    const { count } = await this.#database.query(
      "SELECT FROM {schema}.events WHERE number > $1 LIMIT 1",
      [number],
      options,
    );
    return count > 0;
  }
}
