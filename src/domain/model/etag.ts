import type { Branded } from "./brand.js";
import { invalidInput } from "./errors.js";

/** Names the bytes that a store holds under one key: other bytes have another one. Opaque, not necessarily a hash. */
export type Etag = Branded<"Etag">;

/** A store's etag. Throws `invalid-input` unless it is printable ASCII: what a header carries. */
export function etag(text: string): Etag {
  if (typeof text !== "string" || !/^[\x20-\x7e]*$/.test(text))
    throw invalidInput("printable ASCII", "etag", text);
  return text as Etag;
}
