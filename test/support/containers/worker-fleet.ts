import pg from "pg";
import type { CountedSettlement } from "./judge-workers.js";
import { type LogLine, type RunningCommand, startCommand } from "./running-command.js";
import type { SharedStores } from "./shared-stores.js";

/** A worker process, and who it is in the database. */
interface FleetWorker {
  readonly command: RunningCommand;
  readonly receiver: string;
}

/** Worker processes on shared stores, any of which can be killed; every one of them counts what it has settled. */
export class WorkerFleet {
  readonly settled: CountedSettlement[] = [];
  readonly #stores: SharedStores;
  readonly #words: readonly string[];
  readonly #pool: pg.Pool;
  readonly #workers: FleetWorker[] = [];
  readonly #known = new Set<string>();
  #notifySettled: (settlement: CountedSettlement) => void = () => {};

  /** `concurrency`: images that each worker processes at a time. */
  constructor(stores: SharedStores, { concurrency }: { readonly concurrency: number }) {
    this.#stores = stores;
    this.#words = ["work", "--log", "info", "--concurrency", String(concurrency)];
    this.#pool = new pg.Pool({ connectionString: stores.connectionString, max: 2 });
  }

  /** The process ids of the workers that live. */
  get pids(): readonly number[] {
    return this.#workers.map(({ command }) => command.pid);
  }

  /** Has `listener` called with every settlement from now on. */
  watch(listener: (settlement: CountedSettlement) => void): void {
    this.#notifySettled = listener;
  }

  /** Starts one more worker, and resolves once it is known in the database. */
  async add(): Promise<void> {
    const command = await startCommand(this.#words, /^working on (\S+)$/, { env: this.#stores.settings });
    for (const line of command.log) this.#count(line);
    command.watchLog((line) => this.#count(line));
    for (;;) {
      const { rows } = await this.#send<{ id: string }>("SELECT id FROM {schema}.receivers");
      const receiver = rows.find(({ id }) => !this.#known.has(id))?.id;
      if (receiver === undefined) continue;
      this.#known.add(receiver);
      this.#workers.push({ command, receiver });
      return;
    }
  }

  /**
   * Kills one of the workers. With `forget`, the time is over at once for which others wait for a sign of life of it: that
   * half minute passes here, and nowhere else.
   */
  async kill(index: number, { forget }: { readonly forget: boolean }): Promise<void> {
    const [worker] = this.#workers.splice(index % this.#workers.length, 1);
    if (worker === undefined) return;
    worker.command.kill("SIGKILL");
    await worker.command.ended;
    if (!forget) return;
    await this.#send(
      "UPDATE {schema}.receivers SET alive_until = now() - interval '1 second' WHERE id = $1",
      [worker.receiver],
    );
    await this.#send(`SELECT pg_notify('${this.#stores.schema}_changes', '')`);
  }

  /** Counts what waits or is in hand. */
  async countOpen(): Promise<number> {
    const { rows } = await this.#send<{ open: number }>(
      "SELECT count(*)::integer AS open FROM {schema}.changes WHERE kind = 'request' OR number IS NOT NULL",
    );
    return rows[0]?.open ?? 0;
  }

  /** Stops the workers in order, and what counts them. */
  async close(): Promise<void> {
    for (const { command } of this.#workers) command.kill("SIGTERM");
    for (const { command } of this.#workers) await command.ended;
    await this.#pool.end();
  }

  #count({ message, fields = {} }: LogLine): void {
    if (message !== "settled") return;
    const settlement = { imageId: String(fields.imageId), outcome: String(fields.outcome) };
    this.settled.push(settlement);
    this.#notifySettled(settlement);
  }

  #send<Row extends object>(sql: string, values: unknown[] = []) {
    return this.#pool.query<Row>(sql.replaceAll("{schema}", this.#stores.schema), values);
  }
}
