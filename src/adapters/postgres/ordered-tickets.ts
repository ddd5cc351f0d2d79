import type { ImageId } from "../../domain/model/image-id.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { Ticket, TicketBinds, TicketRequest, UploadTickets } from "../../ports/upload-tickets.js";
import type { Looks } from "./looks.js";
import { LONGEST_WRITE } from "./ordered-blob-store.js";

/**
 * Tickets for uploads that nobody tells of: each leaves a hidden look, which is shown when no upload of it can be under way
 * any longer, so that a tab which was closed loses nothing. The look stays when an upload is said to be complete: the same
 * ticket may bring another one.
 */
export class OrderedUploadTickets implements UploadTickets {
  readonly #tickets: UploadTickets;
  readonly #looks: Looks;
  readonly #longestWrite: number;

  /** `longestWrite` in seconds: an upload may begin just before its ticket expires. */
  constructor({
    tickets,
    looks,
    longestWrite = LONGEST_WRITE,
  }: {
    readonly tickets: UploadTickets;
    readonly looks: Looks;
    readonly longestWrite?: number;
  }) {
    this.#tickets = tickets;
    this.#looks = looks;
    this.#longestWrite = longestWrite;
  }

  get binds(): TicketBinds {
    return this.#tickets.binds;
  }

  async issue(request: TicketRequest, options?: CallOptions): Promise<Ticket> {
    const seconds = request.expiresIn + this.#longestWrite;
    await this.#looks.open(request.key, { for: "a ticket", seconds }, options);
    return this.#tickets.issue(request, options);
  }

  async complete(imageId: ImageId, options?: CallOptions): Promise<void> {
    await this.#looks.addForTicket(imageId, options);
  }
}
