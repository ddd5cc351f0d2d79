import { setTimeout } from "node:timers/promises";
import type { PostgresDatabase } from "./database.js";

/** Milliseconds until a connection that was lost is made again. */
const RECONNECT_MILLISECONDS = 1_000;

/** Milliseconds between two looks at whether the connection still stands: a network may forget it without a word. */
const CHECK_MILLISECONDS = 30_000;

/** Listens to one channel of the schema, on one connection for everybody in this process who wants to know. */
export class ChannelListener {
  readonly #database: PostgresDatabase;
  readonly #channel: string;
  readonly #listeners = new Set<() => void>();
  #stop: AbortController | undefined;

  /** `name`: of the channel, within the schema. */
  constructor(database: PostgresDatabase, name: string) {
    this.#database = database;
    this.#channel = toChannel(database.schema, name);
  }

  /**
   * Calls `listener` when somebody has notified the channel, and after each time the connection was made (again), since
   * what was said before was not heard. Returns the function that ends this; the last one closes the connection.
   */
  listen(listener: () => void): () => void {
    // Of its own, so that the same function may listen twice.
    const notify = () => listener();
    this.#listeners.add(notify);
    if (!this.#stop) {
      this.#stop = new AbortController();
      void this.#run(this.#stop.signal);
    }
    return () => {
      this.#listeners.delete(notify);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Closes the connection; nobody is called any more. */
  close(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#listeners.clear();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#listenOnce(signal).catch(() => {});
      await setTimeout(RECONNECT_MILLISECONDS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Resolves when the connection ends, rejects when it does not come about. */
  async #listenOnce(signal: AbortSignal): Promise<void> {
    const { client, send } = await this.#database.connect();
    const over = new AbortController();
    const end = () => over.abort();
    signal.addEventListener("abort", end, { once: true });
    client.on("error", end);
    client.on("end", end);
    client.on("notification", () => this.#notify());
    try {
      if (signal.aborted) return;
      await send(`LISTEN "${this.#channel}"`);
      this.#notify();
      while (!over.signal.aborted) {
        await setTimeout(CHECK_MILLISECONDS, undefined, { signal: over.signal, ref: false }).catch(() => {});
        if (!over.signal.aborted) await send("SELECT 1");
      }
    } finally {
      signal.removeEventListener("abort", end);
      // Closed and not given back: the next user of this connection wants to hear nothing.
      client.release(true);
    }
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The channel of this name that belongs to a schema: channels belong to the whole database. */
export function toChannel(schema: string, name: string): string {
  return `${schema}_${name}`;
}
