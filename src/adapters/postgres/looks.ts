import type { OriginalChange } from "../../domain/model/change.js";
import { deriveImageId, type ImageId } from "../../domain/model/image-id.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { PostgresDatabase } from "./database.js";
import { toChannel } from "./listener.js";

/** The end that a hidden look waits for, and for how many seconds at most. */
export interface Intent {
  readonly for: "a write" | "a ticket";
  readonly seconds: number;
}

/**
 * Changes that say only "look at this key": whoever settles one takes what lies there. They are numbered here alone, so
 * that their order owes nothing to the store's clocks or numbers. A look is right only if its number was drawn after
 * what it tells of had happened, so a write opens a hidden one before and has it shown after; a hidden one whose time
 * is over is numbered and shown by whoever finds it.
 */
export interface Looks {
  /** Writes a hidden look down; resolves to its name. */
  open(key: string, intent: Intent, options?: CallOptions): Promise<string>;
  /** Numbers and shows a look of this key that was opened, or another one if that was found meanwhile; resolves to its number. */
  show(look: string, key: string): Promise<string>;
  /** Adds a look that is shown at once. */
  add(key: string, options?: CallOptions): Promise<void>;
  /** Adds a look that is shown at once if tickets are open for an upload of this image. */
  addForTicket(imageId: ImageId, options?: CallOptions): Promise<void>;
}

/** The numbers as sequencers: of one length, so that the order of the text is that of the numbers. */
export function toSequencer(number: string): string {
  return number.padStart(19, "0");
}

/** Draws the next number. */
export const NEXT_NUMBER = "nextval('{schema}.change_numbers')";

/** Looks as rows of `changes`, hidden as long as they are due later. */
export class PostgresLooks implements Looks {
  readonly #database: PostgresDatabase;
  readonly #channel: string;

  constructor(database: PostgresDatabase) {
    this.#database = database;
    this.#channel = toChannel(database.schema, "changes");
  }

  async open(key: string, intent: Intent, options?: CallOptions): Promise<string> {
    const { rows } = await this.#database.query<{ id: string }>(
      `INSERT INTO {schema}.changes (image_id, change, kind, due_at)
       VALUES ($1, $2, $3, now() + make_interval(secs => $4)) RETURNING id`,
      [deriveImageId(key), toText(key), intent.for === "a ticket" ? "ticket" : "look", intent.seconds],
      options,
    );
    return rows[0]?.id ?? "0";
  }

  async show(look: string, key: string): Promise<string> {
    const { rows } = await this.#database.query<{ number: string }>(
      `WITH shown AS (
         UPDATE {schema}.changes SET due_at = NULL, number = ${NEXT_NUMBER}
         WHERE id = $1 AND number IS NULL RETURNING number
       ), added AS (
         INSERT INTO {schema}.changes (image_id, change, kind, number)
         SELECT $2, $3, 'look', ${NEXT_NUMBER} WHERE NOT EXISTS (SELECT FROM shown) RETURNING number
       )
       SELECT number, pg_notify($4, '') FROM (SELECT number FROM shown UNION ALL SELECT number FROM added) AS one`,
      [look, deriveImageId(key), toText(key), this.#channel],
    );
    return toSequencer(rows[0]?.number ?? "0");
  }

  async add(key: string, options?: CallOptions): Promise<void> {
    await this.#database.query(
      `WITH added AS (
         INSERT INTO {schema}.changes (image_id, change, kind, number) VALUES ($1, $2, 'look', ${NEXT_NUMBER})
       )
       SELECT pg_notify($3, '')`,
      [deriveImageId(key), toText(key), this.#channel],
      options,
    );
  }

  async addForTicket(imageId: ImageId, options?: CallOptions): Promise<void> {
    await this.#database.query(
      `WITH added AS (
         INSERT INTO {schema}.changes (image_id, change, kind, number)
         SELECT image_id, change, 'look', ${NEXT_NUMBER} FROM (
           SELECT image_id, change FROM {schema}.changes
           WHERE image_id = $1 AND kind = 'ticket' AND number IS NULL LIMIT 1
         ) AS open
         RETURNING id
       )
       SELECT pg_notify($2, '') FROM added`,
      [imageId, this.#channel],
      options,
    );
  }
}

/** The change without its sequencer, which is the number beside it. */
function toText(key: string): string {
  return JSON.stringify({ type: "unknown", key } satisfies Omit<OriginalChange, "sequencer" | "etag">);
}
