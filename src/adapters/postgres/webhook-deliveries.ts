import type { ImageEventType } from "../../domain/model/image-record.js";
import type { Page } from "../../domain/model/page.js";
import type { FailedDelivery, Verdict, WebhookDelivery } from "../../domain/model/webhook-delivery.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { ClaimQuery, HandedOverMessage, WebhookDeliveries } from "../../ports/webhook-deliveries.js";
import type { PostgresDatabase } from "./database.js";

/** Numbers of type bigint come as text. */
interface Row {
  readonly id: string;
  readonly subscriber: string;
  readonly event_id: string;
  readonly type: ImageEventType;
  readonly attempts: number;
  /** Null before the first attempt. */
  readonly started_at: string | null;
}

interface ClaimedRow extends Row {
  readonly body: string;
  /** When it was due before it was claimed. */
  readonly was_due_at: string;
}

interface FailedRow extends Row {
  readonly key: string;
  readonly due_at: string;
  readonly done_at: string;
  readonly last_answer: string | null;
}

/**
 * Rivals skip what another one is taking. A claim whose answer was lost has handed out nothing, and what it took is due again
 * like that of a sender that died.
 */
const CLAIM = `
  WITH due AS (
    SELECT id, due_at FROM {schema}.webhook_deliveries
    WHERE status = 'pending' AND subscriber = $1 AND due_at <= $2
    ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED
  )
  UPDATE {schema}.webhook_deliveries AS d SET attempts = attempts + 1, started_at = coalesce(started_at, $2), due_at = $3
  FROM due WHERE d.id = due.id
  RETURNING d.id, subscriber, event_id, type, body, attempts, started_at, due.due_at AS was_due_at`;

/** The rows of `webhook_deliveries`. Each method is one statement, and repeating it is harmless. */
export class PostgresWebhookDeliveries implements WebhookDeliveries {
  readonly #database: PostgresDatabase;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  async add(
    { id, type, key, body }: HandedOverMessage,
    subscribers: readonly string[],
    { now, signal }: CallOptions & { readonly now: Date },
  ): Promise<void> {
    await this.#database.query(
      `INSERT INTO {schema}.webhook_deliveries (subscriber, event_id, type, key, body, due_at)
       SELECT subscriber, $2, $3, $4, $5, $6 FROM unnest($1::text[]) AS subscriber ON CONFLICT DO NOTHING`,
      [subscribers, id, type, JSON.stringify(key), body, now.getTime()],
      { signal },
    );
  }

  async claim(
    { subscriber, now, until, limit }: ClaimQuery,
    options?: CallOptions,
  ): Promise<readonly WebhookDelivery[]> {
    const values = [subscriber, now.getTime(), until.getTime(), limit];
    const { rows } = await this.#database.query<ClaimedRow>(CLAIM, values, options);
    const sorted = [...rows].sort(
      (a, b) => Number(a.was_due_at) - Number(b.was_due_at) || Number(a.id) - Number(b.id),
    );
    return sorted.map(({ body, ...row }) => ({
      ...describe(row, now.getTime()),
      message: { id: row.event_id, type: row.type, body },
    }));
  }

  async record(
    { id, attempts }: Pick<WebhookDelivery, "id" | "attempts">,
    verdict: Verdict,
    { now, signal }: CallOptions & { readonly now: Date },
  ): Promise<void> {
    const [changes, values] = toChanges(verdict, now);
    // Who was taken for dead, and has delivered it after all, is believed; what else it says is old.
    const condition = verdict.type === "delivered" ? "" : `AND attempts = ${place(values.push(attempts))}`;
    const row = place(values.push(toNumber(id)));
    await this.#database.query(
      `UPDATE {schema}.webhook_deliveries SET ${changes} WHERE id = ${row} AND status = 'pending' ${condition}`,
      values,
      { signal },
    );
  }

  async giveUpOthers(
    subscribers: readonly string[],
    { now, lastAnswer, signal }: CallOptions & { readonly now: Date; readonly lastAnswer: string },
  ): Promise<number> {
    const { count } = await this.#database.query(
      `UPDATE {schema}.webhook_deliveries SET status = 'failed', done_at = $2, last_answer = $3
       WHERE status = 'pending' AND subscriber <> ALL ($1::text[])`,
      [subscribers, now.getTime(), JSON.stringify(lastAnswer)],
      { signal },
    );
    return count;
  }

  async listFailed(
    { limit, cursor }: { readonly limit: number; readonly cursor?: string },
    options?: CallOptions,
  ): Promise<Page<FailedDelivery>> {
    const { rows } = await this.#database.query<FailedRow>(
      `SELECT id, subscriber, event_id, type, key, attempts, started_at, due_at, done_at, last_answer
       FROM {schema}.webhook_deliveries WHERE status = 'failed' AND id < $1 ORDER BY id DESC LIMIT $2`,
      // One more than asked for tells whether anything follows.
      [cursor === undefined ? Number.MAX_SAFE_INTEGER : toNumber(cursor), limit + 1],
      options,
    );
    const items = rows.slice(0, limit).map(toFailed);
    const last = items.at(-1);
    return last && rows.length > limit ? { items, cursor: last.id } : { items };
  }

  async sendAgain(
    which: { readonly id: string } | "all",
    { now, signal }: CallOptions & { readonly now: Date },
  ): Promise<number> {
    const { count } = await this.#database.query(
      `UPDATE {schema}.webhook_deliveries
       SET status = 'pending', due_at = $1, attempts = 0, started_at = NULL, done_at = NULL
       WHERE status = 'failed' ${which === "all" ? "" : "AND id = $2"}`,
      which === "all" ? [now.getTime()] : [now.getTime(), toNumber(which.id)],
      { signal },
    );
    return count;
  }

  async purge(before: Date, { limit, signal }: CallOptions & { readonly limit: number }): Promise<number> {
    const { count } = await this.#database.query(
      `DELETE FROM {schema}.webhook_deliveries WHERE id = ANY (ARRAY(
         SELECT id FROM {schema}.webhook_deliveries WHERE done_at < $1 ORDER BY done_at LIMIT $2 FOR UPDATE SKIP LOCKED
       ))`,
      [before.getTime(), limit],
      { signal },
    );
    return count;
  }
}

/** The assignments that a verdict calls for, and their values from $1 on. */
function toChanges(verdict: Verdict, now: Date): [changes: string, values: unknown[]] {
  if (verdict.type === "delivered") return ["status = 'delivered', done_at = $1", [now.getTime()]];
  const answer = JSON.stringify(verdict.answer);
  return verdict.type === "retry"
    ? ["due_at = $1, last_answer = $2", [verdict.at.getTime(), answer]]
    : ["status = 'failed', done_at = $1, last_answer = $2", [now.getTime(), answer]];
}

/** The name of the value at this place, counted from 1. */
function place(number: number): string {
  return `$${number}`;
}

/** Parses an id; other texts are the number of no row. */
function toNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function toFailed(row: FailedRow): FailedDelivery {
  return {
    ...describe(row, Number(row.due_at)),
    message: { id: row.event_id, type: row.type },
    key: JSON.parse(row.key),
    failedAt: toTime(Number(row.done_at)),
    lastAnswer: row.last_answer === null ? "" : JSON.parse(row.last_answer),
  };
}

function describe({ id, subscriber, attempts, started_at }: Row, otherwise: number) {
  return { id, subscriber, attempts, startedAt: toTime(Number(started_at ?? otherwise)) };
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
