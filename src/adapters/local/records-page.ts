import type { ListingPosition } from "../../domain/model/listing-position.js";
import type { ListQuery } from "../../ports/metadata-repository.js";
import { selectText, type Value } from "./database.js";

/** One statement and its values. */
export interface Query {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Sorts after every time. */
const END_OF_TIME = "~";

/**
 * The statements that together give the next `count` records after `after`, in order. There are two, those of the
 * same time and those of an earlier one: as one condition with OR, SQLite would sort what it finds, and a page would
 * cost more the more records there are. Each is answered from one index, in its order.
 */
export function buildPageQueries(
  query: ListQuery,
  after: ListingPosition | undefined,
  count: number,
): readonly Query[] {
  const { column, table, condition, values } = selectSource(query);
  const select = (position: string, order: string, at: readonly Value[]): Query => ({
    sql: `SELECT ${column} AS record FROM ${table} WHERE ${condition} AND ${position} ORDER BY ${order} LIMIT ?`,
    values: [...values, ...at, count],
  });
  const older = select("l.created_at < ?", "l.created_at DESC, l.image_id", [
    after?.createdAt ?? END_OF_TIME,
  ]);
  if (after === undefined) return [older];
  const { createdAt, imageId } = after;
  return [select("l.created_at = ? AND l.image_id > ?", "l.image_id", [createdAt, imageId]), older];
}

const RECORDS = { column: selectText("l.record"), table: "records AS l" };
const TAGGED = {
  column: selectText("r.record"),
  table: "record_tags AS l JOIN records AS r ON r.image_id = l.image_id",
};

/** Where records are looked for, and under which condition; `l` has the index that is in the order of the listing. */
function selectSource({ status, tag, owner }: ListQuery) {
  const wanted = Object.entries({ tag, owner, status }).filter(([, value]) => value !== undefined);
  const columns = wanted.map(([column]) => `l.${column} = ?`);
  // Only tombstones are never listed, and they have neither tags nor an owner.
  const condition = columns.length === 0 ? "l.status <> 'removed'" : columns.join(" AND ");
  const values = wanted.map(([, value]) => value as string);
  return { ...(tag === undefined ? RECORDS : TAGGED), condition, values };
}
