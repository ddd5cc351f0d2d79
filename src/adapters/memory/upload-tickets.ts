import { randomUUID } from "node:crypto";
import { SafelightError } from "../../domain/model/errors.js";
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

  /** What the form of a ticket does: stores the bytes as the ticket says, or throws `forbidden` or `too-large`. */
  async redeem(fields: Readonly<Record<string, string>>, bytes: Uint8Array): Promise<void> {
    const ticket = this.issued.get(fields.ticket ?? "");
    if (!ticket || ticket.expiresAt.getTime() <= this.#clock().getTime()) {
      throw new SafelightError(
        "forbidden",
        "expected a valid ticket for the upload but received another one",
      );
    }
    if (bytes.length < 1 || bytes.length > ticket.maxBytes) {
      const expected = `1 to ${ticket.maxBytes} bytes`;
      throw new SafelightError(
        "too-large",
        `expected ${expected} for the upload but received ${bytes.length}`,
      );
    }
    await this.#originals.put(ticket.key, bytes, {
      contentType: ticket.contentType,
      metadata: ticket.metadata,
    });
  }
}
