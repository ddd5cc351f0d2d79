import type { ImageEventType } from "../../domain/model/image-record.js";
import type { Page } from "../../domain/model/page.js";
import type { FailedDelivery, Verdict, WebhookDelivery } from "../../domain/model/webhook-delivery.js";
import type { ClaimQuery, HandedOverMessage, WebhookDeliveries } from "../../ports/webhook-deliveries.js";
import { parseBlobPath, toBlobPath } from "./blob-path.js";
import { type Database, decodeText, type StoredText, selectText } from "./database.js";

interface Row {
  readonly id: number;
  readonly subscriber: string;
  readonly event_id: string;
  readonly type: ImageEventType;
  readonly attempts: number;
  /** Null before the first attempt. */
  readonly started_at: number | null;
}

interface ClaimedRow extends Row {
  readonly body: StoredText;
}

interface FailedRow extends Row {
  readonly path: string;
  readonly due_at: number;
  readonly done_at: number;
  readonly last_answer: string | null;
}

/** The rows of `webhook_deliveries`. Times are milliseconds since 1970. */
export class LocalWebhookDeliveries implements WebhookDeliveries {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(
    { id, type, key, body }: HandedOverMessage,
    subscribers: readonly string[],
    { now }: { readonly now: Date },
  ): Promise<void> {
    this.#database.runTransaction(() => {
      for (const subscriber of subscribers)
        this.#database.run(
          `INSERT INTO webhook_deliveries (subscriber, event_id, type, path, body, due_at)
           VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
          [subscriber, id, type, toBlobPath(key), body, now.getTime()],
        );
    });
  }

  async claim(query: ClaimQuery): Promise<readonly WebhookDelivery[]> {
    // Most looks find nothing: those neither write nor wait for who does.
    if (this.#selectDue({ ...query, limit: 1 }).length === 0) return [];
    const { now, until } = query;
    return this.#database.runTransaction(() => {
      const rows = this.#selectDue(query);
      this.#database.run(
        `UPDATE webhook_deliveries SET attempts = attempts + 1, started_at = ifnull(started_at, ?), due_at = ?
         WHERE id IN (SELECT value FROM json_each(?))`,
        [now.getTime(), until.getTime(), JSON.stringify(rows.map(({ id }) => id))],
      );
      return rows.map((row) => ({
        ...describe({ ...row, attempts: row.attempts + 1 }, now.getTime()),
        message: { id: row.event_id, type: row.type, body: decodeText(row.body, "an event") },
      }));
    });
  }

  #selectDue({ subscriber, now, limit }: Omit<ClaimQuery, "until">): ClaimedRow[] {
    return this.#database.selectAll<ClaimedRow>(
      `SELECT id, subscriber, event_id, type, attempts, started_at, ${selectText("body")} AS body
       FROM webhook_deliveries WHERE status = 'pending' AND subscriber = ? AND due_at <= ?
       ORDER BY due_at, id LIMIT ?`,
      [subscriber, now.getTime(), limit],
    );
  }

  async record(
    { id, attempts }: Pick<WebhookDelivery, "id" | "attempts">,
    verdict: Verdict,
    { now }: { readonly now: Date },
  ): Promise<void> {
    if (verdict.type === "delivered")
      this.#database.run(
        `UPDATE webhook_deliveries SET status = 'delivered', done_at = ? WHERE id = ? AND status = 'pending'`,
        [now.getTime(), id],
      );
    else if (verdict.type === "retry")
      this.#database.run(
        `UPDATE webhook_deliveries SET due_at = ?, last_answer = ?
         WHERE id = ? AND status = 'pending' AND attempts = ?`,
        [verdict.at.getTime(), verdict.answer, id, attempts],
      );
    else
      this.#database.run(
        `UPDATE webhook_deliveries SET status = 'failed', done_at = ?, last_answer = ?
         WHERE id = ? AND status = 'pending' AND attempts = ?`,
        [now.getTime(), verdict.answer, id, attempts],
      );
  }

  async giveUpOthers(
    subscribers: readonly string[],
    { now, lastAnswer }: { readonly now: Date; readonly lastAnswer: string },
  ): Promise<number> {
    const others = "status = 'pending' AND subscriber NOT IN (SELECT value FROM json_each(?))";
    const known = JSON.stringify(subscribers);
    const found = this.#database.selectAll(`SELECT 1 FROM webhook_deliveries WHERE ${others} LIMIT 1`, [
      known,
    ]);
    if (found.length === 0) return 0;
    return this.#database.run(
      `UPDATE webhook_deliveries SET status = 'failed', done_at = ?, last_answer = ? WHERE ${others}`,
      [now.getTime(), lastAnswer, known],
    );
  }

  async listFailed({ limit, cursor }: { limit: number; cursor?: string }): Promise<Page<FailedDelivery>> {
    const found = this.#database.selectAll<FailedRow>(
      `SELECT id, subscriber, event_id, type, path, attempts, started_at, due_at, done_at, last_answer
       FROM webhook_deliveries WHERE status = 'failed' AND id < ? ORDER BY id DESC LIMIT ?`,
      // One more than asked for tells whether anything follows.
      [cursor === undefined ? Number.MAX_SAFE_INTEGER : toNumber(cursor), limit + 1],
    );
    const items = found.slice(0, limit).map(toFailed);
    const last = items.at(-1);
    return last && found.length > limit ? { items, cursor: last.id } : { items };
  }

  async sendAgain(which: { readonly id: string } | "all", { now }: { readonly now: Date }): Promise<number> {
    return this.#database.run(
      `UPDATE webhook_deliveries SET status = 'pending', due_at = ?, attempts = 0, started_at = NULL, done_at = NULL
       WHERE status = 'failed' ${which === "all" ? "" : "AND id = ?"}`,
      which === "all" ? [now.getTime()] : [now.getTime(), toNumber(which.id)],
    );
  }

  async purge(before: Date, { limit }: { readonly limit: number }): Promise<number> {
    const old = "SELECT id FROM webhook_deliveries WHERE done_at < ? ORDER BY done_at LIMIT ?";
    const values = [before.getTime(), limit];
    if (this.#database.selectAll(old, values).length === 0) return 0;
    return this.#database.run(`DELETE FROM webhook_deliveries WHERE id IN (${old})`, values);
  }
}

/** Parses an id; other texts are the number of no row. */
function toNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function toFailed(row: FailedRow): FailedDelivery {
  return {
    ...describe(row, row.due_at),
    message: { id: row.event_id, type: row.type },
    key: parseBlobPath(row.path) ?? row.path,
    failedAt: toTime(row.done_at),
    lastAnswer: row.last_answer ?? "",
  };
}

function describe({ id, subscriber, attempts, started_at }: Row, otherwise: number) {
  return { id: String(id), subscriber, attempts, startedAt: toTime(started_at ?? otherwise) };
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
