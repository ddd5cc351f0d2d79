import { randomUUID } from "node:crypto";
import { refusal } from "../../domain/model/errors.js";
import type { BlobStore } from "../../ports/blob-store.js";
import type { Clock } from "../../ports/clock.js";
import type { Ids } from "../../ports/ids.js";
import type {
  Ticket,
  TicketRequest,
  TicketTerms,
  TicketVerifier,
  UploadTickets,
} from "../../ports/upload-tickets.js";

/** Tickets in a map, and the counter where they are handed in. */
export class MemoryUploadTickets implements UploadTickets, TicketVerifier {
  readonly binds = { contentType: true, size: true, metadata: true };
  /** Every ticket that was issued, by its id, with what it allows. */
  readonly issued = new Map<string, TicketRequest & { readonly expiresAt: Date }>();
  readonly #originals: BlobStore;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #url: string;

  /**
   * Uploads go to `originals`. `clock` is the system's and `ids` are random UUIDs by default; forms go to `url`, by
   * default `memory://uploads`, which is nowhere.
   */
  constructor(options: { originals: BlobStore; clock?: Clock; ids?: Ids; url?: string }) {
    this.#originals = options.originals;
    this.#clock = options.clock ?? (() => new Date());
    this.#ids = options.ids ?? randomUUID;
    this.#url = options.url ?? "memory://uploads";
  }

  async issue(request: TicketRequest): Promise<Ticket> {
    const { key, contentType, maxBytes, expiresIn, metadata = {} } = request;
    const expiresAt = new Date(this.#clock().getTime() + expiresIn * 1_000);
    const id = this.#ids();
    this.issued.set(id, { key, contentType, maxBytes, expiresIn, expiresAt, metadata: { ...metadata } });
    const fields = { ticket: id };
    return { method: "POST", url: this.#url, headers: {}, fields, expiresAt: new Date(expiresAt) };
  }

  verifyTicket(fields: Readonly<Record<string, string>>, { now }: { readonly now: Date }): TicketTerms {
    const { ticket: id, ...extra } = fields;
    const ticket = this.issued.get(id ?? "");
    if (!ticket || ticket.expiresAt.getTime() <= now.getTime())
      throw refusal("forbidden", "a valid ticket", "the upload", id ?? "none");
    const [more] = Object.keys(extra);
    if (more !== undefined) throw refusal("forbidden", "only those of the upload ticket", "the fields", more);
    const { key, contentType, maxBytes, metadata = {} } = ticket;
    return { key, contentType, maxBytes, metadata };
  }

  /** Handles the form of a ticket: stores the bytes as the ticket says, or throws `forbidden` or `too-large`. */
  async redeem(fields: Readonly<Record<string, string>>, bytes: Uint8Array): Promise<void> {
    const terms = this.verifyTicket(fields, { now: this.#clock() });
    const { key, maxBytes, contentType, metadata } = terms;
    if (bytes.length < 1 || bytes.length > maxBytes)
      throw refusal("too-large", `1 to ${maxBytes} bytes`, "the upload", bytes.length);
    await this.#originals.put(key, bytes, { contentType, metadata });
  }
}
