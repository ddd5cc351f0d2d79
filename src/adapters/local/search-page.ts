import type { SearchPosition } from "../../domain/model/listing-position.js";
import { findPrefixEnd } from "../../domain/model/search-name.js";
import type { NameQuery } from "../../ports/metadata-repository.js";
import { selectText, type Value } from "./database.js";
import type { Query } from "./records-page.js";

const ORDER = "l.name, l.created_at DESC, l.image_id";

/**
 * The statements that together give the next `count` records of a search after `after`, in order: those of the same
 * name and time, those of the same name that are older, those of a later name. Each is answered from one index, in its
 * order, as in records-page.ts. Tombstones have no name.
 */
export function buildSearchQueries(
  { name: prefix, status, owner }: NameQuery,
  after: SearchPosition | undefined,
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
