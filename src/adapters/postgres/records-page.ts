import type { ListingPosition } from "../../domain/model/listing-position.js";
import type { ListQuery } from "../../ports/metadata-repository.js";
import { toIndexText } from "./index-text.js";

/** One statement and its values. */
export interface Query {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Sorts after every time. */
const END_OF_TIME = "~";

/**
 * The statement that gives the next `count` records after `after`, or more of them. It has two parts, those of the same time and
 * those of an earlier one, each answered from one index, in its order: as one condition with OR, a page would cost more
 * the more records there are. The rows of both come in no promised order.
 */
export function buildPageQuery(query: ListQuery, after: ListingPosition | undefined, count: number): Query {
  const { column, table, condition, values } = selectSource(query);
  const place = (offset: number) => `$${values.length + offset}`;
  const select = (position: string, order: string) =>
    `(SELECT ${column} AS record FROM ${table} WHERE ${condition} AND ${position} ORDER BY ${order} LIMIT ${place(1)})`;
  const older = select(`l.created_at < ${place(2)}`, "l.created_at DESC, l.image_id");
  if (after === undefined) return { sql: older, values: [...values, count, END_OF_TIME] };
  const simultaneous = select(
    `l.created_at = ${place(2)} AND l.image_id > ${place(3)}`,
    "l.created_at DESC, l.image_id",
  );
  return {
    sql: `${simultaneous} UNION ALL ${older}`,
    values: [...values, count, after.createdAt, after.imageId],
  };
}

const RECORDS = { column: "l.record", table: "{schema}.records AS l" };
const TAGGED = {
  column: "r.record",
  table: "{schema}.record_tags AS l JOIN {schema}.records AS r ON r.image_id = l.image_id",
};

/** Where records are looked for, and under which condition; `l` has the index that is in the order of the listing. */
function selectSource({ status, tag, owner }: ListQuery) {
  const wanted = Object.entries({ tag, owner, status }).filter(([, value]) => value !== undefined);
  const columns = wanted.map(([column], index) => `l.${column} = $${index + 1}`);
  // Only tombstones are never listed, and they have neither tags nor an owner.
  const condition = columns.length === 0 ? "l.status <> 'removed'" : columns.join(" AND ");
  const values = wanted.map(([name, value]) => (name === "status" ? value : toIndexText(value as string)));
  return { ...(tag === undefined ? RECORDS : TAGGED), condition, values };
}
