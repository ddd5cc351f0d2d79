import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { parseStoredRecord } from "../../domain/model/check-record.js";
import { quote, SafelightError } from "../../domain/model/errors.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import { toVersionLabel } from "../../domain/model/version.js";
import { deriveIndexKeys, type IndexKeys, SCHEMA_VERSION, TIME_TO_LIVE } from "./records-layout.js";

/** A row as DynamoDB takes it. */
export type Item = Record<string, AttributeValue>;

/** Facts that an item has beside the record. */
export interface ItemExtras {
  /** Names this one write, so that a writer whose answer was lost knows its own work again. */
  readonly commitId: string;
  /** The public URLs of the renditions, by name; absent where they are signed, since signatures expire. */
  readonly urls?: Readonly<Record<string, string>>;
}

/**
 * A record as an item. `record` is the record itself, as JSON: DynamoDB's numbers are not JavaScript's. The other
 * attributes say the same in plain words, for conditions, for the indexes and for people who read the table.
 */
export function toItem(record: ImageRecord, { commitId, urls }: ItemExtras): Item {
  const { source, failure } = record;
  return marshalItem({
    imageId: record.imageId,
    schema: SCHEMA_VERSION,
    version: toVersionLabel(record.version),
    edition: record.edition,
    commitId,
    record: JSON.stringify(record),
    ...deriveIndexKeys(record),
    key: record.key,
    fileName: record.fileName,
    owner: record.owner,
    title: record.title,
    alt: record.alt,
    status: record.status,
    createdAt: record.createdAt,
    processedAt: record.processedAt,
    expiresAt: record.expiresAt,
    [TIME_TO_LIVE]: toEpochSeconds(record.expiresAt),
    format: source?.format,
    contentType: source?.contentType,
    width: source?.width,
    height: source?.height,
    bytes: source?.bytes,
    tags: record.tags,
    renditions: record.renditions.map(({ name }) => name),
    urls,
    failureCode: failure?.code,
    failureMessage: failure?.message,
  });
}

/** The types of values in a row. */
type PlainValue = string | number | readonly string[] | Readonly<Record<string, string>>;

/** A row of plain values; what is `undefined` is left out. */
export function marshalItem(values: IndexKeys | Readonly<Record<string, PlainValue | undefined>>): Item {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, toAttributeValue(value)]],
    ),
  );
}

/**
 * The record in an item; `undefined` for a row that is not an image's own. Throws `internal` for a row of another
 * schema: reading it would give wrong facts, and overwriting it would lose them.
 */
export function toRecord(item: Item | undefined): ImageRecord | undefined {
  if (item === undefined) return undefined;
  if (item.schema?.N !== String(SCHEMA_VERSION)) throw createSchemaError(item);
  const json = item.record?.S;
  return json === undefined ? undefined : parseStoredRecord(json);
}

function createSchemaError({ imageId, schema }: Item): SafelightError {
  const found = schema?.N === undefined ? "no schema number" : `schema ${quote(schema.N)}`;
  return new SafelightError(
    "internal",
    `the row ${quote(imageId?.S)} of the table has ${found} instead of ${SCHEMA_VERSION}, so another version of Safelight wrote it; use that version with this table, or have this one fill a new table from the originals (doctor with repair)`,
  );
}

/** Seconds since 1970, rounded up: DynamoDB never deletes a row early. */
function toEpochSeconds(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Math.ceil(Date.parse(time) / 1_000);
}

function toAttributeValue(value: PlainValue): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map((text: string) => ({ S: text })) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, text]) => [name, { S: text }])) };
}
