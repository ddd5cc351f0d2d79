import { isUtf8 } from "node:buffer";
import { statSync } from "node:fs";
import { parseStoredRecord } from "../../domain/model/check-record.js";
import { pickEdits } from "../../domain/model/edits.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import { isReadableBlob, selectSoundNumber, selectSoundText } from "./damaged-rows.js";
import { openConnection } from "./database.js";

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

/** A row of either table takes more bytes than this, so a file has no more rows than these are in it. */
const LEAST_ROW_BYTES = 100;

/** Numbers that are tried one after the other without a row, before the rest is taken for lost. */
const MAX_MISSES = 100_000;

/** Reads what can be read, and passes over the rest. */
export function readReadableRows(file: string): ReadableRows {
  const edited = new Map<ImageId, ImageRecord>();
  const blobs = new Map<string, BlobRow>();
  const connection = openConnection(file);
  try {
    const most = statSync(file).size / LEAST_ROW_BYTES;
    for (const text of iterateRecords(connection, most)) {
      const record = tryRead(() => parseStoredRecord(text));
      if (record && Object.keys(pickEdits(record)).length > 0) edited.set(record.imageId, record);
    }
    for (const row of iterateBlobs(connection, most)) blobs.set(row.slice(0, 3).join("\0"), row);
  } finally {
    connection.close();
  }
  return { edited: [...edited.values()], blobs: [...blobs.values()] };
}

/** Where one page of the table is damaged, the rows of all others are found by their numbers. */
function* iterateRecords(connection: Connection, most: number): Generator<string> {
  const sql = `SELECT rowid AS id, ${selectSoundText("record")} FROM records WHERE rowid`;
  const page = tryRead(() => connection.prepare(`${sql} > ? ORDER BY rowid LIMIT ${PAGE}`));
  const single = tryRead(() => connection.prepare(`${sql} = ?`));
  // Where pages were mixed up, a row may hold anything.
  type Row = { readonly id: unknown; readonly record: unknown };
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
    const texts = found.flatMap(({ record }) => readText(record) ?? []);
    yield* texts;
    misses = texts.length === 0 ? misses + PAGE : 0;
    const next = Number(rows?.at(-1)?.id);
    last = next > start ? next : start + PAGE;
  }
}

/** From both ends, as far as each can be read. */
function* iterateBlobs(connection: Connection, most: number): Generator<BlobRow> {
  const columns = BLOB_COLUMNS.map((name) =>
    name === "stored_at" ? selectSoundNumber(name) : selectSoundText(name),
  );
  for (const order of ["ASC", "DESC"]) {
    const rows = tryRead(() =>
      connection
        .prepare(
          `SELECT ${columns.join(", ")} FROM blobs ORDER BY blobs.store ${order}, blobs.path ${order}, blobs.etag ${order}`,
        )
        .raw()
        .iterate([]),
    );
    for (let count = 0; count < most; count += 1) {
      const next = tryRead(() => rows?.next());
      if (!next || next.done) break;
      const [storedAt, ...values] = [...(next.value as readonly unknown[])].reverse();
      const texts = values.reverse().flatMap((value) => readText(value) ?? []);
      if (texts.length < values.length || typeof storedAt !== "number") continue;
      // What seems to have been stored in the future would be left alone until then.
      if (isReadableBlob({ etag: texts[2], attributes: texts[4] }, { stored_at: storedAt }))
        yield [...texts, Math.min(storedAt, Date.now())];
    }
  }
}

function readText(value: unknown): string | undefined {
  // libsql gives the one from `all` and the other from `iterate`.
  if (!(value instanceof ArrayBuffer) && !Buffer.isBuffer(value)) return undefined;
  const bytes = value instanceof ArrayBuffer ? Buffer.from(value) : value;
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
