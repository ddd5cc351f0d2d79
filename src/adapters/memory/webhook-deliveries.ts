import type { Page } from "../../domain/model/page.js";
import type { FailedDelivery, Verdict, WebhookDelivery } from "../../domain/model/webhook-delivery.js";
import type { ClaimQuery, HandedOverMessage, WebhookDeliveries } from "../../ports/webhook-deliveries.js";

interface Row {
  readonly number: number;
  readonly subscriber: string;
  readonly message: HandedOverMessage;
  status: "pending" | "delivered" | "failed";
  dueAt: number;
  attempts: number;
  startedAt?: number | undefined;
  doneAt?: number | undefined;
  lastAnswer?: string | undefined;
}

/** Deliveries in a map, by subscriber and event. */
export class MemoryWebhookDeliveries implements WebhookDeliveries {
  readonly #rows = new Map<string, Row>();
  #count = 0;

  async add(
    message: HandedOverMessage,
    subscribers: readonly string[],
    { now }: { readonly now: Date },
  ): Promise<void> {
    for (const subscriber of subscribers) {
      const key = `${subscriber} ${message.id}`;
      if (this.#rows.has(key)) continue;
      const row = { subscriber, message: { ...message }, dueAt: now.getTime(), attempts: 0 };
      this.#count += 1;
      this.#rows.set(key, { ...row, number: this.#count, status: "pending" });
    }
  }

  async claim({ subscriber, now, until, limit }: ClaimQuery): Promise<readonly WebhookDelivery[]> {
    const due = this.#select("pending")
      .filter((row) => row.subscriber === subscriber && row.dueAt <= now.getTime())
      .sort((a, b) => a.dueAt - b.dueAt || a.number - b.number);
    return due.slice(0, limit).map((row) => {
      row.attempts += 1;
      row.startedAt ??= now.getTime();
      row.dueAt = until.getTime();
      const { id, type, body } = row.message;
      return { ...describe(row), message: { id, type, body } };
    });
  }

  async record(
    { id, attempts }: Pick<WebhookDelivery, "id" | "attempts">,
    verdict: Verdict,
    { now }: { readonly now: Date },
  ): Promise<void> {
    const row = this.#select("pending").find(({ number }) => String(number) === id);
    if (!row || (verdict.type !== "delivered" && row.attempts !== attempts)) return;
    if (verdict.type === "retry") row.dueAt = verdict.at.getTime();
    else finish(row, verdict.type, now);
    if (verdict.type !== "delivered") row.lastAnswer = verdict.answer;
  }

  async giveUpOthers(
    subscribers: readonly string[],
    { now, lastAnswer }: { readonly now: Date; readonly lastAnswer: string },
  ): Promise<number> {
    const others = this.#select("pending").filter(({ subscriber }) => !subscribers.includes(subscriber));
    for (const row of others) {
      finish(row, "failed", now);
      row.lastAnswer = lastAnswer;
    }
    return others.length;
  }

  async listFailed({ limit, cursor }: { limit: number; cursor?: string }): Promise<Page<FailedDelivery>> {
    const after = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor);
    const following = this.#select("failed")
      .filter(({ number }) => number < after)
      .reverse();
    const items = following.slice(0, limit).map((row) => {
      const { id, type, key } = row.message;
      const failedAt = toTime(row.doneAt);
      return { ...describe(row), message: { id, type }, key, failedAt, lastAnswer: row.lastAnswer ?? "" };
    });
    const last = items.at(-1);
    return last && following.length > items.length ? { items, cursor: last.id } : { items };
  }

  async sendAgain(which: { readonly id: string } | "all", { now }: { readonly now: Date }): Promise<number> {
    const chosen = this.#select("failed").filter(
      ({ number }) => which === "all" || String(number) === which.id,
    );
    for (const row of chosen)
      Object.assign(row, {
        status: "pending",
        dueAt: now.getTime(),
        attempts: 0,
        startedAt: undefined,
        doneAt: undefined,
      });
    return chosen.length;
  }

  async purge(before: Date, { limit }: { readonly limit: number }): Promise<number> {
    const old = [...this.#rows].filter(([, { doneAt }]) => doneAt !== undefined && doneAt < before.getTime());
    for (const [key] of old.slice(0, limit)) this.#rows.delete(key);
    return Math.min(old.length, limit);
  }

  #select(status: Row["status"]): Row[] {
    return [...this.#rows.values()].filter((row) => row.status === status);
  }
}

function finish(row: Row, status: "delivered" | "failed", now: Date): void {
  row.status = status;
  row.doneAt = now.getTime();
}

function describe({ number, subscriber, attempts, startedAt, dueAt }: Row) {
  return { id: String(number), subscriber, attempts, startedAt: toTime(startedAt ?? dueAt) };
}

function toTime(milliseconds = 0): string {
  return new Date(milliseconds).toISOString();
}
