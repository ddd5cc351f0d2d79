import { type Change, type Delivery, type ImageRequest, MAX_ATTEMPTS } from "../../domain/model/change.js";
import { quote, SafelightError } from "../../domain/model/errors.js";
import { etag } from "../../domain/model/etag.js";
import type { QueueMeasurement } from "../../domain/model/pipeline-status.js";
import { parseVersionLabel, toVersionLabel, type Version } from "../../domain/model/version.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import { parseBlobPath, toBlobPath } from "./blob-path.js";
import type { DataDirectory } from "./data-directory.js";
import type { Value } from "./database.js";
import { isAlive } from "./instance.js";

/** A change that was received this long ago, in milliseconds, is handed out again even if its receiver lives. */
const CLAIM_MILLISECONDS = 60 * 60 * 1_000;

/** So long, in milliseconds, a change is left to the process that made it, which will settle it at once if it settles at all. */
const HEAD_START_MILLISECONDS = 60 * 1_000;

interface Row {
  readonly id: number;
  readonly path: string;
  readonly type: Change["type"];
  /** Null unless `type` is `created`. */
  readonly etag: string;
  /** Of a change of the store; else null. */
  readonly sequencer: string;
  /** The label of what a request has fixed; else null. */
  readonly version: string;
  readonly force: number;
  readonly invalidate: number;
  readonly attempts: number;
}

/** The rows of `changes`. Who works on a row is written in it, so that whoever comes after a crash can tell. */
export class LocalChangeQueue implements ChangeQueue {
  readonly #data: DataDirectory;
  readonly #consumer: string | null;
  /** Changes whose release failed. As long as this process lives, nobody else would be handed them. */
  readonly #unreleased = new Set<string>();

  /** `consumer`: who will settle what is asked for here; `null`: whoever comes. */
  constructor(data: DataDirectory, consumer: string | null = data.instance) {
    this.#data = data;
    this.#consumer = consumer;
  }

  async send(ask: ImageRequest): Promise<void> {
    const { type, key, version } = ask;
    const [force, invalidate] = type === "process" ? [ask.force, ask.invalidate] : [];
    const asked = [toBlobPath(key), type, toVersionLabel(version), force ? 1 : 0, invalidate ? 1 : 0];
    const now = Date.now();
    await this.#write(
      `INSERT INTO changes (path, type, version, force, invalidate, consumer, claimed_at, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [...asked, this.#consumer, now, now],
    );
  }

  async receive({ limit }: { limit: number }): Promise<readonly Delivery[]> {
    return this.#receive(limit);
  }

  async receiveByKey(key: string, { limit }: { limit: number }): Promise<readonly Delivery[]> {
    return this.#receive(limit, toBlobPath(key));
  }

  async #receive(limit: number, path?: string): Promise<readonly Delivery[]> {
    // A change is written down before it happens. Handed out in between, it would be settled by what was there before,
    // and an upload that was answered would never be seen.
    const { deliveries, released } = await this.#data.runExclusively(() => {
      const released = [...this.#unreleased];
      for (const id of released) this.#release(id);
      const rows = this.#findAvailable(limit, path);
      this.#claim(rows);
      return { deliveries: rows.map(toDelivery), released };
    });
    for (const id of released) this.#unreleased.delete(id);
    return deliveries;
  }

  async acknowledge(id: string): Promise<void> {
    await this.#write("DELETE FROM changes WHERE id = ?", [id]);
  }

  async release(id: string): Promise<void> {
    this.#unreleased.add(id);
    this.#release(id);
    this.#unreleased.delete(id);
  }

  async #write(sql: string, values: readonly Value[]): Promise<void> {
    await this.#data.database.runTogether(() => this.#data.database.run(sql, values));
  }

  /** Counts in an index, in the order of the groups: a hundred thousand changes are milliseconds. */
  async measure(): Promise<QueueMeasurement> {
    const groups = this.#data.database.selectAll<{ consumer: string | null; attempts: number; n: number }>(
      "SELECT consumer, attempts, count(*) AS n FROM changes GROUP BY consumer, attempts",
    );
    // Who made a change has its name in it before it is handed out.
    const isWorking = new Map(
      [...new Set(groups.map(({ consumer }) => consumer))].map((consumer) => [
        consumer,
        consumer !== null && isAlive(consumer),
      ]),
    );
    const [inFlight, all] = [
      groups.filter(({ consumer, attempts }) => attempts > 0 && isWorking.get(consumer)),
      groups,
    ].map((some) => some.reduce((sum, { n }) => sum + n, 0)) as [number, number];
    const [oldest] = this.#data.database.selectAll<{ came: number }>(
      "SELECT created_at AS came FROM changes ORDER BY id LIMIT 1",
    );
    return {
      waiting: all - inFlight,
      inFlight,
      ...(oldest && { oldest: new Date(oldest.came).toISOString() }),
    };
  }

  #release(id: string): void {
    this.#data.database.run("UPDATE changes SET consumer = NULL, claimed_at = NULL WHERE id = ?", [id]);
  }

  /** Counts the open changes: those waiting, and those that a process is working on. */
  count(): number {
    return this.#count();
  }

  /** Counts the open changes that no other living process has taken or will settle itself. Throws `unavailable` if the database is no longer in its place. */
  countUnclaimed(): number {
    this.#data.database.assertInPlace();
    const others = this.#listLivingConsumers().filter((consumer) => consumer !== this.#data.instance);
    return this.#count("WHERE consumer IS NULL OR consumer NOT IN (SELECT value FROM json_each(?))", [
      JSON.stringify(others),
    ]);
  }

  #count(condition = "", values: readonly string[] = []): number {
    const [row] = this.#data.database.selectAll<{ n: number }>(
      `SELECT count(*) AS n FROM changes ${condition}`,
      values,
    );
    return row?.n ?? 0;
  }

  #findAvailable(limit: number, path: string | undefined): Row[] {
    const now = Date.now();
    const me = this.#data.instance;
    const ofPath = path === undefined ? "" : "AND path = ?";
    return this.#data.database.selectAll<Row>(
      `SELECT id, path, type, etag, sequencer, version, force, invalidate, attempts FROM changes
       WHERE (consumer IS NULL
         OR (consumer = ? AND attempts = 0)
         OR claimed_at < iif(attempts = 0, ?, ?)
         OR consumer NOT IN (SELECT value FROM json_each(?))) ${ofPath}
       ORDER BY id LIMIT ?`,
      [
        me,
        now - HEAD_START_MILLISECONDS,
        now - CLAIM_MILLISECONDS,
        JSON.stringify(this.#listLivingConsumers()),
        ...(path === undefined ? [] : [path]),
        limit,
      ],
    );
  }

  #listLivingConsumers(): string[] {
    return this.#data.database
      .selectAll<{ consumer: string }>("SELECT DISTINCT consumer FROM changes WHERE consumer IS NOT NULL")
      .map(({ consumer }) => consumer)
      .filter(isAlive);
  }

  #claim(rows: readonly Row[]): void {
    if (rows.length === 0) return;
    this.#data.database.run(
      `UPDATE changes SET consumer = ?, claimed_at = ?, attempts = attempts + 1
       WHERE id IN (SELECT value FROM json_each(?))`,
      [this.#data.instance, Date.now(), JSON.stringify(rows.map(({ id }) => id))],
    );
  }
}

function toDelivery(row: Row): Delivery {
  const attempt = row.attempts + 1;
  const delivery = { id: String(row.id), change: toChange(row), attempt };
  // An original that kills its process must not do so at every start.
  return attempt >= MAX_ATTEMPTS ? { ...delivery, isFinalAttempt: true } : delivery;
}

function toChange(row: Row): Change {
  const { path, type, sequencer, force, invalidate } = row;
  const key = parseBlobPath(path);
  if (key === undefined) throw createCorruptionError(path, "the path of a key");
  if (type === "created") return { type, key, sequencer, etag: etag(row.etag) };
  if (type === "removed" || type === "unknown") return { type, key, sequencer };
  const ask = { key, version: readVersion(row) };
  if (type === "remove") return { ...ask, type };
  return { ...ask, type, ...(force && { force: true }), ...(invalidate && { invalidate: true }) };
}

function readVersion({ version }: Row): Version {
  const asked = parseVersionLabel(version);
  if (asked === undefined) throw createCorruptionError(version, "the label of a version");
  return asked;
}

function createCorruptionError(found: string, kind: string): SafelightError {
  const message = `the database holds a change with ${quote(found)} instead of ${kind}; another program must have written it`;
  return new SafelightError("internal", message);
}
