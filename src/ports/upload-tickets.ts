/** What a ticket allows: one upload to one key. */
export interface TicketRequest {
  readonly key: string;
  readonly contentType: string;
  /** The upload may have 1 to this many bytes. */
  readonly maxBytes: number;
  /** Seconds until the ticket is void, 1 to 3,600. */
  readonly expiresIn: number;
  /** Kept with the upload as the store's `put` would keep it. Default: nothing. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A form that a browser can send: POST `fields` and then the bytes as `file`, as multipart/form-data, to `url`. */
export interface Ticket {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

/** Lets a client store one original directly, without the bytes passing through the application. */
export interface UploadTickets {
  /**
   * Resolves to a ticket for exactly this key, content type, metadata and size range, void after `expiresIn` seconds. Nothing
   * is stored by issuing one. Throws `invalid-input` for a request outside the rules above.
   */
  issue(request: TicketRequest, options?: { signal?: AbortSignal }): Promise<Ticket>;
}
