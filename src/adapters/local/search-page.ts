import { invalidInput } from "../../domain/model/errors.js";
import { findPrefixEnd } from "../../domain/model/search-name.js";
import type { NameQuery } from "../../ports/metadata-repository.js";
import { selectText, type Value } from "./database.js";
import type { PageEnd, Query } from "./records-page.js";

/** Where a page of a search ended. */
export interface SearchEnd extends PageEnd {
  /** The folded name. */
  readonly name: string;
}

const ORDER = "l.name, l.created_at DESC, l.image_id";

/**
 * The statements that together give the next `count` records of a search after `after`, in order: those of the same
 * name and time, those of the same name that are older, those of a later name. Each is answered from one index, in its
 * order, as in records-page.ts. Tombstones have no name.
 */
export function buildSearchQueries(
  { name: prefix, status, owner }: NameQuery,
  after: SearchEnd | undefined,
  count: number,
): readonly Query[] {
  const wanted = Object.entries({ owner, status }).filter(([, value]) => value !== undefined);
  const conditions = wanted.map(([column]) => `l.${column} = ? AND `).join("");
  const values = wanted.map(([, value]) => value as string);
  const select = (position: string, order: string, at: readonly Value[]): Query => ({
    sql: `SELECT ${selectText("l.record")} AS record FROM records AS l WHERE ${conditions}${position} ORDER BY ${order} LIMIT ?`,
    values: [...values, ...at, count],
  });
  const end = findPrefixEnd(prefix);
  if (after === undefined) return [select("l.name >= ? AND l.name < ?", ORDER, [prefix, end])];
  const { name, createdAt, imageId } = after;
  return [
    select("l.name = ? AND l.created_at = ? AND l.image_id > ?", "l.image_id", [name, createdAt, imageId]),
    select("l.name = ? AND l.created_at < ?", "l.created_at DESC, l.image_id", [name, createdAt]),
    select("l.name > ? AND l.name < ?", ORDER, [name, end]),
  ];
}

/** The position after a record. */
export function toSearchPosition({ createdAt, imageId, name }: SearchEnd): string {
  return `${createdAt} ${imageId} ${name}`;
}

/** The inverse of {@link toSearchPosition}. Throws `invalid-input` for a place outside of the search. */
export function parseSearchPosition(cursor: string, { name: prefix }: NameQuery): SearchEnd {
  const [createdAt = "", imageId = "", ...rest] = cursor.split(" ");
  const name = rest.join(" ");
  if (!name.startsWith(prefix)) throw invalidInput("a cursor from an earlier page", "cursor", cursor);
  return { createdAt, imageId, name };
}
