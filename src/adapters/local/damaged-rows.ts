import { isUtf8 } from "node:buffer";
import { parseStoredRecord } from "../../domain/model/check-record.js";
import { etag } from "../../domain/model/etag.js";
import { parseVersionLabel, toVersionLabel } from "../../domain/model/version.js";
import { parseBlobPath, toBlobPath } from "./blob-path.js";
import { type openConnection, selectText } from "./database.js";

type Connection = ReturnType<typeof openConnection>;

/** A row that cannot be read, and that may be deleted without making others wrong. */
export interface DamagedRow {
  readonly table: string;
  /** An expression that is equal to `id` in this row alone. */
  readonly by: string;
  readonly id: number | Uint8Array;
}

/** A column as it is read: texts as their bytes, because libsql ends the process where one is not UTF-8. */
type Column = ArrayBuffer | number | null;
type Row = Readonly<Record<string, Column>>;

/** The texts of a row: `null` where there is none, `undefined` where the bytes are damaged. */
type Texts = Readonly<Record<string, string | null | undefined>>;

interface Table {
  readonly name: string;
  readonly texts: readonly string[];
  /** Columns that hold whole numbers. */
  readonly numbers?: readonly string[];
  /** The expression that tells rows apart; absent where rows hang together with others, so that none may be deleted on its own. */
  readonly by?: string;
  /** Whether a row of sound texts says something. Default: it does. */
  readonly isReadable?: (texts: Texts, row: Row) => boolean;
}

const TABLES: readonly Table[] = [
  {
    name: "records",
    by: "rowid",
    texts: ["image_id", "status", "created_at", "version", "owner", "name", "record"],
    numbers: ["edition"],
    isReadable: isRecord,
  },
  {
    name: "changes",
    by: "id",
    texts: ["path", "type", "etag", "sequencer", "version", "consumer"],
    numbers: ["force", "invalidate", "attempts", "created_at"],
    isReadable: isChange,
  },
  {
    name: "blobs",
    by: "CAST(store || char(0) || path || char(0) || etag AS BLOB)",
    texts: ["store", "path", "etag", "file_identity", "attributes"],
    numbers: ["stored_at"],
    isReadable: isReadableBlob,
  },
  { name: "events", by: "number", texts: ["id", "event"], numbers: ["published_at"] },
  { name: "by_name_links", by: "CAST(image_id AS BLOB)", texts: ["image_id", "shown"] },
  {
    name: "webhook_deliveries",
    by: "id",
    texts: ["subscriber", "event_id", "type", "path", "body", "status", "last_answer"],
    numbers: ["due_at", "attempts"],
    isReadable: ({ path }) => parseBlobPath(path ?? "") !== undefined,
  },
  { name: "statuses", by: "CAST(name AS BLOB)", texts: ["name", "at", "document"], isReadable: isStatus },
  // An original whose number is lost would be numbered from 1, and every upload of it be taken for an old one.
  { name: "sequencers", texts: ["path"], numbers: ["value"] },
  { name: "record_tags", texts: ["image_id", "tag", "owner", "status", "created_at"] },
];

const PAGE = 500;

/** Reads every row of a database whose structure is sound. `lost` names a table that cannot do without a row that is damaged. */
export function findDamagedRows(connection: Connection): {
  readonly lost?: string;
  readonly rows: readonly DamagedRow[];
} {
  const rows: DamagedRow[] = [];
  connection.exec("BEGIN");
  try {
    for (const table of TABLES)
      for (const { id } of iterateDamaged(connection, table)) {
        if (table.by === undefined) return { lost: table.name, rows: [] };
        rows.push({ table: table.name, by: table.by, id });
      }
    if (hasOldNumbers(connection)) return { lost: "sequencers", rows: [] };
  } finally {
    connection.exec("ROLLBACK");
  }
  return { rows };
}

/** Deletes rows that {@link findDamagedRows} has found. */
export function deleteRows(connection: Connection, rows: readonly DamagedRow[]): void {
  for (const { table, by, id } of rows) connection.prepare(`DELETE FROM ${table} WHERE ${by} = ?`).run([id]);
}

/** Whether a record is of a later change than its original has had, by the numbers of `sequencers`: its next upload would be taken for an old one. */
function hasOldNumbers(connection: Connection): boolean {
  const drawn = new Map<string | null | undefined, number>();
  for (const { path, value } of iterateRows(
    connection,
    `SELECT ${selectText("path")} AS path, value FROM sequencers`,
  ))
    drawn.set(readText(path), Number(value));
  const records = `SELECT ${selectText("json_extract(record, '$.key')")} AS key,
    ${selectText("json_extract(record, '$.version.sequencer')")} AS sequencer
    FROM records WHERE json_valid(record)`;
  for (const row of iterateRows(connection, records)) {
    const [key, sequencer] = [readText(row.key), readText(row.sequencer)];
    if (typeof key !== "string" || !SEQUENCER.test(sequencer ?? "")) continue;
    if (Number(sequencer) > (drawn.get(toBlobPath(key)) ?? 0)) return true;
  }
  return false;
}

function* iterateRows(connection: Connection, select: string): Generator<Row> {
  const page = connection.prepare(`${select} LIMIT ? OFFSET ?`);
  for (let offset = 0; ; offset += PAGE) {
    const rows = page.all([PAGE, offset]) as Row[];
    yield* rows;
    if (rows.length < PAGE) return;
  }
}

function* iterateDamaged(
  connection: Connection,
  { name, by = "0", texts, numbers = [], isReadable = () => true }: Table,
): Generator<Pick<DamagedRow, "id">> {
  const columns = [`${by} AS row_key`, ...texts.map(selectSoundText), ...numbers.map(selectSoundNumber)];
  for (const row of iterateRows(connection, `SELECT ${columns.join(", ")} FROM ${name}`)) {
    const read = Object.fromEntries(texts.map((text) => [text, readText(row[text])]));
    const isSound =
      Object.values(read).every((text) => text !== undefined) &&
      numbers.every((number) => row[number] !== null);
    if (isSound && isReadable(read, row)) continue;
    const { row_key: id } = row;
    yield { id: id instanceof ArrayBuffer ? new Uint8Array(id) : Number(id) };
  }
}

/** The bytes of a text; of a value of another type, bytes that are no text. Any type may be found where a byte was changed. */
export function selectSoundText(column: string): string {
  return `CASE WHEN typeof(${column}) IN ('text', 'null') THEN ${selectText(column)} ELSE x'FF' END AS ${column}`;
}

/** A whole number; of a value of another type, NULL. */
export function selectSoundNumber(column: string): string {
  return `CASE typeof(${column}) WHEN 'integer' THEN ${column} END AS ${column}`;
}

function readText(value: Column | undefined): string | null | undefined {
  if (!(value instanceof ArrayBuffer)) return null;
  const bytes = Buffer.from(value);
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

/** Whether the record is one, and the columns say of it what it says itself: commits go by them. */
function isRecord(texts: Texts, { edition }: Row): boolean {
  return isTrue(() => {
    const record = parseStoredRecord(texts.record ?? "");
    const { imageId, status, createdAt, version, owner = null } = record;
    return (
      record.edition === edition &&
      texts.image_id === imageId &&
      texts.status === status &&
      texts.created_at === createdAt &&
      texts.version === toVersionLabel(version) &&
      texts.owner === owner
    );
  });
}

const STORE_CHANGES: readonly unknown[] = ["created", "removed", "unknown"];
const REQUESTS: readonly unknown[] = ["process", "remove"];

/** A number of `sequencers` as a change or a version has it. */
const SEQUENCER = /^\d{16}$/;

function isChange({ path, type, sequencer, version, etag: stored }: Texts): boolean {
  if (parseBlobPath(path ?? "") === undefined) return false;
  if (REQUESTS.includes(type)) return parseVersionLabel(version ?? "") !== undefined;
  if (!STORE_CHANGES.includes(type) || !SEQUENCER.test(sequencer ?? "")) return false;
  return type !== "created" || isEtag(stored);
}

/** Whether the document is one, and of the time of its row: it is replaced by that. */
function isStatus({ at, document }: Texts): boolean {
  return isTrue(() => JSON.parse(document ?? "").at === at);
}

/** Whether a row of `blobs` says something. */
export function isReadableBlob({ etag: stored, attributes }: Texts, { stored_at: time }: Row): boolean {
  if (typeof time !== "number" || Number.isNaN(new Date(time).getTime())) return false;
  return isTrue(() => typeof JSON.parse(attributes ?? "").contentType === "string") && isEtag(stored);
}

function isEtag(text: string | null | undefined): boolean {
  return isTrue(() => etag(text ?? "\n") === text);
}

function isTrue(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
