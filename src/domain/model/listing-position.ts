import { invalidInput } from "./errors.js";
import { compareKeys } from "./original-key.js";

/** Where a page of a listing ended, which is newest first and, within a time, in the order of the ids. */
export interface ListingPosition {
  readonly createdAt: string;
  readonly imageId: string;
}

/** Where a page of a search ended, which is in the order of the folded names and, within a name, that of a listing. */
export interface SearchPosition extends ListingPosition {
  /** The folded name. */
  readonly name: string;
}

/** Negative when `a` is listed before `b`. */
export function compareInListing(a: ListingPosition, b: ListingPosition): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.imageId === b.imageId ? 0 : a.imageId < b.imageId ? -1 : 1;
}

/** Negative when `a` is found before `b`: names by their UTF-8 bytes. */
export function compareInSearch(a: SearchPosition, b: SearchPosition): number {
  return compareKeys(a.name, b.name) || compareInListing(a, b);
}

/** A position as text. */
export function formatListingPosition({ createdAt, imageId }: ListingPosition): string {
  return `${createdAt} ${imageId}`;
}

/** The inverse of {@link formatListingPosition}; what that did not make is some position as well, without a NUL character. */
export function parseListingPosition(text: string): ListingPosition {
  const [createdAt = "", imageId = ""] = text.replaceAll("\0", "").split(" ");
  return { createdAt, imageId };
}

/** A position as text. */
export function formatSearchPosition(position: SearchPosition): string {
  return `${formatListingPosition(position)} ${position.name}`;
}

/**
 * The inverse of {@link formatSearchPosition}. Throws `invalid-input` for a place outside of the search for `prefix`, and for
 * one with a NUL character, which no folded name has.
 */
export function parseSearchPosition(text: string, prefix: string): SearchPosition {
  const [createdAt = "", imageId = "", ...rest] = text.split(" ");
  const name = rest.join(" ");
  if (!name.startsWith(prefix) || text.includes("\0"))
    throw invalidInput("a cursor from an earlier page", "cursor", text);
  return { createdAt, imageId, name };
}
