import { EVENT_RETENTION, LEAST_EVENTS, MOST_EVENTS } from "../../domain/model/event-retention.js";
import type { ImageEvent } from "../../domain/model/image-event.js";
import type { CallOptions } from "../../ports/call-options.js";
import { createForgottenEventError } from "../../ports/checked/index.js";
import type { Clock } from "../../ports/clock.js";
import type { EventLog, EventLogQuery } from "../../ports/event-log.js";

interface Entry {
  readonly event: ImageEvent;
  readonly publishedAt: number;
}

/** The events of 7 days in an array, each once. */
export class MemoryEventLog implements EventLog {
  readonly #clock: Clock;
  readonly #entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();

  constructor({ clock = () => new Date() }: { readonly clock?: Clock } = {}) {
    this.#clock = clock;
  }

  /** Adds an event, unless it is there; what is too old goes. */
  append(event: ImageEvent): void {
    if (this.#entries.some((entry) => entry.event.id === event.id)) return;
    this.#entries.push({ event: structuredClone(event), publishedAt: this.#clock().getTime() });
    this.#dropOld();
    for (const wake of this.#waiting) wake();
  }

  async read({ after, limit }: EventLogQuery): Promise<readonly ImageEvent[]> {
    const start = this.#findStart(after);
    return this.#entries.slice(start, start + limit).map(({ event }) => structuredClone(event));
  }

  async readNewest(): Promise<string | undefined> {
    return this.#entries.at(-1)?.event.id;
  }

  async waitForMore(after: string | undefined, { signal }: CallOptions = {}): Promise<void> {
    while (this.#findStart(after) >= this.#entries.length) await this.#waitForNext(signal);
  }

  #waitForNext(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => () => {
        this.#waiting.delete(wake);
        signal?.removeEventListener("abort", stop);
        settle();
      };
      const wake = finish(resolve);
      const stop = finish(() => reject(signal?.reason));
      if (signal?.aborted) return reject(signal.reason);
      this.#waiting.add(wake);
      signal?.addEventListener("abort", stop);
    });
  }

  #findStart(after: string | undefined): number {
    if (after === undefined) return 0;
    const index = this.#entries.findIndex(({ event }) => event.id === after);
    if (index < 0) throw createForgottenEventError(after);
    return index + 1;
  }

  #dropOld(): void {
    const end = this.#clock().getTime() - EVENT_RETENTION;
    const isOld = ({ publishedAt }: Entry) =>
      this.#entries.length > MOST_EVENTS || (this.#entries.length > LEAST_EVENTS && publishedAt < end);
    while (this.#entries[0] && isOld(this.#entries[0])) this.#entries.shift();
  }
}
