import { createHmac, randomBytes } from "node:crypto";
import { type Clock, compareKeys, type Etag, etag, type OriginalChange } from "../../../src/index.js";
import { countInDecimals, countInUlids } from "./numbering.js";

/** How the service numbers the changes of the originals. */
export type Numbering = "ulid" | "decimal";

/** The object that the service keeps under a key. */
export interface ToyObject {
  readonly bytes: Uint8Array;
  readonly etag: Etag;
  readonly storedAt: Date;
  /** Its properties, as JSON. */
  readonly said: string;
}

/** A row of the table: text, and the label that its condition is compared with. */
export interface ToyRow {
  readonly label: string;
  readonly text: string;
}

/** A message that waits, or that a connection holds. */
interface ToyMessage {
  readonly id: string;
  readonly text: string;
  attempt: number;
  holder: object | undefined;
}

export type ToyBucket = "originals" | "renditions";

/**
 * A cloud service in miniature. It outlives the processes that use it and does each request in one step. It counts its
 * writes: the count is in each etag, so the same bytes have another one each time.
 */
export class ToyService {
  readonly events: string[] = [];
  readonly invalidated: string[] = [];
  /** Told of each change of the originals as it happens. */
  onChange: (change: OriginalChange) => void = () => {};
  /** Whether it answers requests, is unreachable, or refuses whoever sends them. */
  state: "up" | "down" | "denying" = "up";
  readonly clock: Clock;
  readonly #buckets = { originals: new Map<string, ToyObject>(), renditions: new Map<string, ToyObject>() };
  readonly #rows = new Map<string, ToyRow>();
  readonly #messages = new Map<string, ToyMessage>();
  readonly #secret = randomBytes(32);
  readonly #nextNumber: () => string;
  #writes = 0;
  #sent = 0;

  constructor({ numbering, clock = () => new Date() }: { numbering: Numbering; clock?: Clock }) {
    this.clock = clock;
    this.#nextNumber = numbering === "ulid" ? countInUlids(clock) : countInDecimals();
  }

  getObject(bucket: ToyBucket, key: string): ToyObject | undefined {
    return this.#buckets[bucket].get(key);
  }

  putObject(bucket: ToyBucket, key: string, bytes: Uint8Array, said: string): Etag {
    this.#writes += 1;
    const name = etag(`0x8DC${this.#writes.toString(16).toUpperCase()}`);
    this.#buckets[bucket].set(key, { bytes, etag: name, storedAt: this.clock(), said });
    this.#reportChange(bucket, (sequencer) => ({ type: "created", key, sequencer, etag: name }));
    return name;
  }

  deleteObject(bucket: ToyBucket, key: string): void {
    if (this.#buckets[bucket].delete(key))
      this.#reportChange(bucket, (sequencer) => ({ type: "removed", key, sequencer }));
  }

  /** The keys with this prefix after `after`, in order, and what lies under them. */
  listObjects(bucket: ToyBucket, prefix: string, after?: string): readonly (readonly [string, ToyObject])[] {
    return [...this.#buckets[bucket]]
      .filter(([key]) => key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0))
      .sort(([a], [b]) => compareKeys(a, b));
  }

  getRow(id: string): ToyRow | undefined {
    return this.#rows.get(id);
  }

  listRows(): readonly ToyRow[] {
    return [...this.#rows.values()];
  }

  /** Puts `row` where a row with this label is, or none; `undefined` deletes. Tells whether it did. */
  swapRow(id: string, label: string | undefined, row: ToyRow | undefined): boolean {
    if (this.#rows.get(id)?.label !== label) return false;
    if (row) this.#rows.set(id, row);
    else this.#rows.delete(id);
    return true;
  }

  send(text: string): void {
    this.#sent += 1;
    const id = String(this.#sent);
    this.#messages.set(id, { id, text, attempt: 0, holder: undefined });
  }

  receive(holder: object, limit: number): readonly { id: string; text: string; attempt: number }[] {
    const free = [...this.#messages.values()].filter((message) => message.holder === undefined);
    return free.slice(0, limit).map((message) => {
      message.holder = holder;
      message.attempt += 1;
      return { id: message.id, text: message.text, attempt: message.attempt };
    });
  }

  acknowledge(id: string): void {
    this.#messages.delete(id);
  }

  release(matches: (message: { readonly id: string; readonly holder: object | undefined }) => boolean): void {
    for (const message of this.#messages.values()) if (matches(message)) message.holder = undefined;
  }

  /** The address of an upload to this key until then, and nothing more: what else is sent is the sender's affair. */
  uploadUrl(key: string, until: Date): string {
    const query = new URLSearchParams({ key, until: until.toISOString() });
    query.set("signature", this.#computeSignature(query));
    return `https://toy.example/originals?${query}`;
  }

  /** Receives a PUT; returns false if it is refused. */
  upload(url: string, headers: Readonly<Record<string, string>>, bytes: Uint8Array): boolean {
    const query = new URL(url).searchParams;
    const [key = "", until = ""] = [query.get("key") ?? "", query.get("until") ?? ""];
    if (query.get("signature") !== this.#computeSignature(query) || this.clock().toISOString() > until)
      return false;
    const contentType = headers["content-type"] ?? "application/octet-stream";
    this.putObject("originals", key, Uint8Array.from(bytes), JSON.stringify({ contentType }));
    return true;
  }

  #computeSignature(query: URLSearchParams): string {
    const signed = JSON.stringify([query.get("key"), query.get("until")]);
    return createHmac("sha256", this.#secret).update(signed).digest("hex");
  }

  #reportChange(bucket: ToyBucket, changeOf: (sequencer: string) => OriginalChange): void {
    if (bucket !== "originals") return;
    const change = changeOf(this.#nextNumber());
    this.send(JSON.stringify(change));
    this.onChange(change);
  }
}
