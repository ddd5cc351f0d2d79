import type { SearchPosition } from "../../domain/model/listing-position.js";
import { findPrefixEnd } from "../../domain/model/search-name.js";
import type { NameQuery } from "../../ports/metadata-repository.js";
import { toIndexText } from "./index-text.js";
import type { Query } from "./records-page.js";

const ORDER = "l.name, l.created_at DESC, l.image_id";

/**
 * The statement that gives the next `count` records of a search after `after`, or more of them: those of the same name and
 * time, those of the same name that are older, those of a later name, each answered from one index, as in
 * records-page.ts. The rows come in no promised order. Tombstones have no name.
 */
export function buildSearchQuery(
  { name: prefix, status, owner }: NameQuery,
  after: SearchPosition | undefined,
  count: number,
): Query {
  const values: unknown[] = [count];
  const place = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...(owner === undefined ? [] : [`l.owner = ${place(toIndexText(owner))}`]),
    ...(status === undefined ? [] : [`l.status = ${place(status)}`]),
  ];
  const select = (...position: readonly string[]) =>
    `(SELECT l.record FROM {schema}.records AS l WHERE ${[...conditions, ...position].join(" AND ")} ORDER BY ${ORDER} LIMIT $1)`;
  const end = place(findPrefixEnd(prefix));
  if (after === undefined) {
    const start = place(prefix);
    return { sql: select(`l.name >= ${start}`, `l.name < ${end}`), values };
  }
  const [name, createdAt, imageId] = [after.name, after.createdAt, after.imageId].map(place);
  const parts = [
    select(`l.name = ${name}`, `l.created_at = ${createdAt}`, `l.image_id > ${imageId}`),
    select(`l.name = ${name}`, `l.created_at < ${createdAt}`),
    select(`l.name > ${name}`, `l.name < ${end}`),
  ];
  return { sql: parts.join(" UNION ALL "), values };
}
