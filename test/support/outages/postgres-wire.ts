/** A message of the PostgreSQL protocol: its type, which the first one of a connection does not have, and all its bytes. */
export interface WireMessage {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Cuts the bytes of one direction of a connection into messages, as far as their boundaries. */
export class WireMessages {
  #rest: Buffer = Buffer.alloc(0);
  #hasType: boolean;

  /** `fromClient`: a client begins with a message that has no type. */
  constructor({ fromClient }: { readonly fromClient: boolean }) {
    this.#hasType = !fromClient;
  }

  /** The messages that are whole now. */
  *read(chunk: Buffer): Generator<WireMessage> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const start = this.#hasType ? 1 : 0;
      if (this.#rest.length < start + 4) return;
      const end = start + this.#rest.readInt32BE(start);
      if (this.#rest.length < end) return;
      const bytes = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
      yield { type: this.#hasType ? String.fromCharCode(bytes[0] ?? 0) : "", bytes };
      this.#hasType = true;
    }
  }
}

/** The text of a statement; `undefined` for messages that have none. */
export function readStatement({ type, bytes }: WireMessage): string | undefined {
  if (type === "Q") return bytes.toString("utf8", 5, bytes.length - 1);
  // The name of a prepared statement comes first.
  if (type === "P") return bytes.toString("utf8", bytes.indexOf(0, 5) + 1, bytes.length).split("\0")[0];
  return undefined;
}
