import { isUtf8 } from "node:buffer";
import { statSync } from "node:fs";
import { parseStoredRecord } from "../../domain/model/checked-record.js";
import { pickEdits } from "../../domain/model/edits.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import { isReadableBlob } from "./damaged-rows.js";
import { openConnection, selectText } from "./database.js";

type Connection = ReturnType<typeof openConnection>;

/** The rows of a damaged database that can still be read and that nothing else tells. */
export interface ReadableRows {
  /** Records of images that people have edited: alternative texts, titles, focal points. */
  readonly edited: readonly ImageRecord[];
  /** Rows of `blobs` as {@link BLOB_COLUMNS}: content types, and the names and owners of uploads. */
  readonly blobs: readonly BlobRow[];
}

/** The columns of `blobs`, in the order of a {@link BlobRow}. */
export const BLOB_COLUMNS = ["store", "path", "etag", "file_identity", "attributes", "stored_at"] as const;

export type BlobRow = readonly (string | number)[];

/** Rows that are read at once, and that are read one by one where that fails. */
const PAGE = 100;

/** A row of `records` takes more bytes than this, so a file has no more rows than these are in it. */
const LEAST_ROW_BYTES = 200;

/** Numbers that are tried one after the other without a row, before the rest is taken for lost. */
const MAX_MISSES = 100_000;

/** Reads what can be read, and passes over the rest. */
export function readReadableRows(file: string): ReadableRows {
  const edited = new Map<ImageId, ImageRecord>();
  const blobs = new Map<string, BlobRow>();
  const connection = openConnection(file);
  try {
    for (const text of iterateRecords(connection, statSync(file).size / LEAST_ROW_BYTES)) {
      const record = tryRead(() => parseStoredRecord(text));
      if (record && Object.keys(pickEdits(record)).length > 0) edited.set(record.imageId, record);
    }
    for (const row of iterateBlobs(connection)) blobs.set(row.slice(0, 3).join("\0"), row);
  } finally {
    connection.close();
  }
  return { edited: [...edited.values()], blobs: [...blobs.values()] };
}

/** Where one page of the table is damaged, the rows of all others are found by their numbers. */
function* iterateRecords(connection: Connection, most: number): Generator<string> {
  const sql = `SELECT rowid AS id, ${selectText("record")} AS record FROM records WHERE rowid`;
  const page = tryRead(() => connection.prepare(`${sql} > ? ORDER BY rowid LIMIT ${PAGE}`));
  const single = tryRead(() => connection.prepare(`${sql} = ?`));
  type Row = { readonly id: number; readonly record: ArrayBuffer };
  let misses = 0;
  for (let last = 0; last < most && misses < MAX_MISSES; ) {
    const start = last;
    const rows = tryRead(() => page?.all([start]) as Row[] | undefined);
    if (rows?.length === 0) return;
    const found =
      rows ??
      Array.from({ length: PAGE }, (_, index) =>
        tryRead(() => single?.all([start + 1 + index]) as Row[] | undefined),
      ).flatMap((one) => one ?? []);
    for (const { record } of found) if (isUtf8(Buffer.from(record))) yield Buffer.from(record).toString();
    misses = found.length === 0 ? misses + PAGE : 0;
    last = rows?.at(-1)?.id ?? start + PAGE;
  }
}

/** From both ends, as far as each can be read. */
function* iterateBlobs(connection: Connection): Generator<BlobRow> {
  const columns = BLOB_COLUMNS.map((name) => (name === "stored_at" ? name : selectText(name)));
  for (const order of ["ASC", "DESC"]) {
    const rows = tryRead(() =>
      connection
        .prepare(
          `SELECT ${columns.join(", ")} FROM blobs ORDER BY store ${order}, path ${order}, etag ${order}`,
        )
        .raw()
        .iterate([]),
    );
    for (let next = tryRead(() => rows?.next()); next && !next.done; next = tryRead(() => rows?.next())) {
      const values = next.value as readonly (ArrayBuffer | number)[];
      const row = values.map((value) => (value instanceof ArrayBuffer ? Buffer.from(value) : value));
      if (!row.every((value) => typeof value === "number" || isUtf8(value))) continue;
      const texts = row.map((value) => (typeof value === "number" ? value : value.toString()));
      if (isReadableBlob({ etag: String(texts[2]), attributes: String(texts[4]) })) yield texts;
    }
  }
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
