import { randomUUID } from "node:crypto";
import { refusal } from "../../domain/model/errors.js";
import type { BlobStore } from "../../ports/blob-store.js";
import type { Clock } from "../../ports/clock.js";
import type { Ids } from "../../ports/ids.js";
import type { Ticket, TicketRequest, UploadTickets } from "../../ports/upload-tickets.js";

/** Tickets in a map, and the counter where they are handed in. */
export class MemoryUploadTickets implements UploadTickets {
  readonly binds = { contentType: true, size: true, metadata: true };
  /** Every ticket that was issued, by its id, with what it allows. */
  readonly issued = new Map<string, TicketRequest & { readonly expiresAt: Date }>();
  readonly #originals: BlobStore;
  readonly #clock: Clock;
  readonly #ids: Ids;

  /** Uploads go to `originals`. `clock` is the system's and `ids` are random UUIDs by default. */
  constructor(options: { originals: BlobStore; clock?: Clock; ids?: Ids }) {
    this.#originals = options.originals;
    this.#clock = options.clock ?? (() => new Date());
    this.#ids = options.ids ?? randomUUID;
  }

  async issue(request: TicketRequest): Promise<Ticket> {
    const { key, contentType, maxBytes, expiresIn, metadata = {} } = request;
    const expiresAt = new Date(this.#clock().getTime() + expiresIn * 1_000);
    const id = this.#ids();
    this.issued.set(id, { key, contentType, maxBytes, expiresIn, expiresAt, metadata: { ...metadata } });
    const fields = { ticket: id };
    return { method: "POST", url: "memory://uploads", headers: {}, fields, expiresAt: new Date(expiresAt) };
  }

  /** Handles the form of a ticket: stores the bytes as the ticket says, or throws `forbidden` or `too-large`. */
  async redeem(fields: Readonly<Record<string, string>>, bytes: Uint8Array): Promise<void> {
    const ticket = this.issued.get(fields.ticket ?? "");
    if (!ticket || ticket.expiresAt.getTime() <= this.#clock().getTime())
      throw refusal("forbidden", "a valid ticket", "the upload", fields.ticket);
    const { key, maxBytes, contentType, metadata } = ticket;
    if (bytes.length < 1 || bytes.length > maxBytes)
      throw refusal("too-large", `1 to ${maxBytes} bytes`, "the upload", bytes.length);
    await this.#originals.put(key, bytes, { contentType, metadata });
  }
}
