import type { Delivery, ImageRequest } from "../../domain/model/change.js";
import { deriveImageId } from "../../domain/model/image-id.js";
import type { QueueMeasurement } from "../../domain/model/pipeline-status.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import { type ChangeRow, compareAge, parseDeliveryId, toDelivery } from "./change-row.js";
import type { PostgresDatabase } from "./database.js";
import { ChannelListener, toChannel } from "./listener.js";
import { NEXT_NUMBER } from "./looks.js";
import { RENEW_LEASE, Receiver } from "./receiver.js";

/** Milliseconds between two looks at whether something became free, while the queue always has more than is asked for. */
const FREEING_MILLISECONDS = 2_000;

/** A change that was received this long ago is handed out again even if its receiver lives. */
const LONGEST_IN_HAND = "1 hour";

/** Frees what became free: postponed requests that are due, hidden looks whose time is over, and what the dead or the forgetful have in hand. */
const FREE = `
  WITH dead AS (DELETE FROM {schema}.receivers WHERE alive_until < now() RETURNING id)
  UPDATE {schema}.changes SET receiver = NULL, received_at = NULL, due_at = NULL,
    number = CASE WHEN kind <> 'request' AND number IS NULL THEN ${NEXT_NUMBER} ELSE number END
  WHERE id = ANY (ARRAY(
    SELECT id FROM {schema}.changes WHERE due_at <= now()
    UNION SELECT c.id FROM {schema}.changes AS c JOIN dead ON c.receiver = dead.id
    UNION SELECT id FROM {schema}.changes
      WHERE receiver IS NOT NULL AND received_at < now() - interval '${LONGEST_IN_HAND}'
  ))`;

const buildClaim = (condition: string) => `
  WITH alive AS (${RENEW_LEASE})
  UPDATE {schema}.changes SET receiver = $1, claim = $2, received_at = now(), attempts = attempts + 1
  WHERE id = ANY (ARRAY(
    SELECT id FROM {schema}.changes
    WHERE receiver IS NULL AND due_at IS NULL AND $2 > (SELECT void_claims FROM alive) ${condition}
    ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
  ))
  RETURNING id, change, number, attempts`;

/**
 * The rows of `changes`. Rivals skip what another one is taking, so that any number of processes may receive at a time;
 * what one has in hand stays its own as long as it gives signs of life.
 */
export class PostgresChangeQueue implements ChangeQueue {
  readonly #database: PostgresDatabase;
  readonly #receiver: Receiver;
  readonly #added: ChannelListener;
  readonly #channel: string;
  #claims = 0;
  #lastFreed = 0;

  constructor(database: PostgresDatabase) {
    this.#database = database;
    this.#receiver = new Receiver(database);
    this.#channel = toChannel(database.schema, "changes");
    this.#added = new ChannelListener(database, "changes");
  }

  async send(request: ImageRequest, options?: CallOptions): Promise<void> {
    await this.#database.query(
      `WITH added AS (INSERT INTO {schema}.changes (image_id, change) VALUES ($1, $2))
       SELECT pg_notify($3, '')`,
      [deriveImageId(request.key), JSON.stringify(request), this.#channel],
      options,
    );
  }

  async postpone(
    request: ImageRequest,
    { seconds, signal }: CallOptions & { seconds: number },
  ): Promise<void> {
    await this.#database.query(
      "INSERT INTO {schema}.changes (image_id, change, due_at) VALUES ($1, $2, now() + make_interval(secs => $3))",
      [deriveImageId(request.key), JSON.stringify(request), seconds],
      { signal },
    );
  }

  receive({ limit, signal }: CallOptions & { limit: number }): Promise<readonly Delivery[]> {
    return this.#receive(buildClaim(""), [limit], signal);
  }

  receiveByKey(
    key: string,
    { limit, signal }: CallOptions & { limit: number },
  ): Promise<readonly Delivery[]> {
    return this.#receive(buildClaim("AND image_id = $4"), [limit, deriveImageId(key)], signal);
  }

  async acknowledge(id: string, options?: CallOptions): Promise<void> {
    const { row } = parseDeliveryId(id);
    const statement = { sql: "DELETE FROM {schema}.changes WHERE id = $1", values: [row] };
    await this.#receiver.giveBack(row, statement, options);
  }

  async release(id: string, options?: CallOptions): Promise<void> {
    const { row, attempt } = parseDeliveryId(id);
    const sql = `WITH released AS (
         UPDATE {schema}.changes SET receiver = NULL, received_at = NULL WHERE id = $1 AND attempts = $2 RETURNING id
       )
       SELECT pg_notify($3, '') FROM released`;
    await this.#receiver.giveBack(row, { sql, values: [row, attempt, this.#channel] }, options);
  }

  /** Counted in the index of what is in hand and the table; a hidden look is no change yet. */
  async measure(options?: CallOptions): Promise<QueueMeasurement> {
    const { rows } = await this.#database.query<{ all: number; in_flight: number; oldest: Date | null }>(
      `SELECT count(*)::integer AS all, min(came_at) AS oldest,
         count(*) FILTER (WHERE receiver IN (
           SELECT id FROM {schema}.receivers WHERE alive_until >= now()
         ))::integer AS in_flight
       FROM {schema}.changes WHERE kind = 'request' OR number IS NOT NULL`,
      [],
      options,
    );
    const [{ all, in_flight, oldest } = { all: 0, in_flight: 0, oldest: null }] = rows;
    return {
      waiting: all - in_flight,
      inFlight: in_flight,
      ...(oldest && { oldest: oldest.toISOString() }),
    };
  }

  watch(onAdded: () => void): () => void {
    return this.#added.listen(onAdded);
  }

  /** Ends the watches and the signs of life: what this process has in hand is free for others half a minute later. */
  close(): void {
    this.#receiver.stop();
    this.#added.close();
  }

  async #receive(
    claim: string,
    values: readonly [limit: number, ...others: unknown[]],
    signal: AbortSignal | undefined,
  ): Promise<readonly Delivery[]> {
    signal?.throwIfAborted();
    await this.#receiver.sendOwed();
    const [limit, ...others] = values;
    const rows = await this.#claim(claim, [limit, ...others]);
    const more = await this.#claimFreed(claim, [limit - rows.length, ...others]).catch((error) => {
      // What this process has in hand, it must know of, whatever became of the rest.
      if (rows.length === 0) throw error;
      return [];
    });
    return [...rows, ...more].sort(compareAge).map(toDelivery);
  }

  /** Frees what became free, if there is room for it or it was not looked for lately, and claims as much as there is room for. */
  async #claimFreed(
    claim: string,
    values: readonly [room: number, ...others: unknown[]],
  ): Promise<readonly ChangeRow[]> {
    const [room] = values;
    if (room === 0 && Date.now() - this.#lastFreed <= FREEING_MILLISECONDS) return [];
    const { count } = await this.#database.query(FREE);
    this.#lastFreed = Date.now();
    return room > 0 && count > 0 ? this.#claim(claim, values) : [];
  }

  /**
   * Not to be given up on the way: what it has claimed would be in the hand of a living process that does not know it. For
   * the same reason a claim whose answer was lost is taken back, as if it had never been.
   */
  async #claim(claim: string, values: readonly unknown[]): Promise<readonly ChangeRow[]> {
    this.#claims += 1;
    const number = this.#claims;
    try {
      const { rows } = await this.#database.query<ChangeRow>(claim, [this.#receiver.id, number, ...values]);
      this.#receiver.add(rows.map(({ id }) => id));
      return rows;
    } catch (error) {
      this.#receiver.takeBack(number);
      throw error;
    }
  }
}
