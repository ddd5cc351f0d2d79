import type { ImageId } from "../domain/model/image-id.js";
import type { CallOptions } from "./call-options.js";

/** The request for a ticket: one upload to one key. */
export interface TicketRequest {
  readonly key: string;
  /** A media type, such as `image/jpeg`. */
  readonly contentType: string;
  /** The upload may have 1 to this many bytes. */
  readonly maxBytes: number;
  /** Seconds until the ticket is void, a whole number from 1 to 3,600. */
  readonly expiresIn: number;
  /** Kept with the upload as the store's `put` would keep it, and within its rules. Default: nothing. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * One request that a client can send. `POST`: a form, `fields` and then the bytes as `file`, its last part, as
 * multipart/form-data. `PUT`: the bytes themselves; there are no `fields`. Either goes to `url` with `headers`.
 */
export interface Ticket {
  readonly method: "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

/** The properties of an upload that a ticket binds, beside its key and its expiry. */
export interface TicketBinds {
  readonly contentType: boolean;
  /** An upload of less than 1 or more than `maxBytes` bytes is refused. */
  readonly size: boolean;
  /** Neither left out nor changed nor added to: whoever takes the upload can believe it, an owner for example. */
  readonly metadata: boolean;
}

/** Lets a client store one original directly, without the bytes passing through the application. */
export interface UploadTickets {
  /**
   * Which parts of a request its ticket binds: capabilities, since not every store can sign all of them. A part that is
   * not bound is up to the client, and the upload policy decides about it when the original is settled.
   */
  readonly binds: TicketBinds;

  /**
   * Resolves to a ticket for an upload to exactly this key, void after `expiresIn` seconds, and for exactly what `binds`
   * says. A client that sends what the ticket says, and 1 to `maxBytes` bytes, is not refused before. Nothing is
   * stored by issuing one. Throws `invalid-input` for a request outside the rules above.
   */
  issue(request: TicketRequest, options?: CallOptions): Promise<Ticket>;

  /**
   * Whoever holds a ticket for the original of this image says that its upload is there: it is looked at soon, instead of
   * when the ticket has expired. Without such a ticket, nothing happens; repeating it is success, and so is saying it
   * too early. A capability: where the store tells of each upload, the method is left out.
   */
  complete?(imageId: ImageId, options?: CallOptions): Promise<void>;
}

/** The upload that a form allows. */
export interface TicketTerms {
  readonly key: string;
  readonly contentType: string;
  readonly maxBytes: number;
  /** Kept with the upload. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Tells the forms of its own tickets from all others. Only stores whose uploads a server of ours takes have one. */
export interface TicketVerifier {
  /**
   * Returns what the fields of a form allow. Throws `forbidden` unless they are those of one ticket: none changed, none
   * more, and not expired at `now`.
   */
  verifyTicket(fields: Readonly<Record<string, string>>, options: { readonly now: Date }): TicketTerms;
}
