import { computeShortDigest } from "../../domain/model/digest.js";
import { invalidInput } from "../../domain/model/errors.js";
import type { Page } from "../../domain/model/page.js";

/** Characters of the seal before the position. */
const SEAL = 8;

/**
 * Reads one page of a listing. An adapter knows only its own position, a short text of its making: in the cursor that
 * its caller gets, the position is sealed with `listing`, which says what is listed and by which filter. Throws
 * `invalid-input` for a cursor that no page of this listing gave. The seal is no secret: it catches mistakes, and an
 * adapter must stay safe whatever its position says.
 */
export async function readPage<Item>(
  listing: readonly unknown[],
  cursor: string | undefined,
  read: (position: { readonly cursor?: string }) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const page = await read(cursor === undefined ? {} : { cursor: openCursor(listing, cursor) });
  return page.cursor === undefined ? page : { ...page, cursor: sealCursor(listing, page.cursor) };
}

/** The cursor of a position in a listing. */
export function sealCursor(listing: readonly unknown[], position: string): string {
  const seal = computeShortDigest(JSON.stringify([...listing, position]), SEAL);
  return seal + Buffer.from(position).toString("base64url");
}

function openCursor(listing: readonly unknown[], cursor: string): string {
  const position = Buffer.from(cursor.slice(SEAL), "base64url").toString();
  // Sealing it again also catches what a lenient decoder lets pass: other alphabets, padding, trailing garbage.
  if (position === "" || sealCursor(listing, position) !== cursor)
    throw invalidInput("a cursor from an earlier page of the same listing", "cursor", cursor);
  return position;
}
