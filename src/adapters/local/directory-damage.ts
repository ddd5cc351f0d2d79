import { statSync } from "node:fs";
import { join } from "node:path";
import { type DamagedRow, findDamagedRows } from "./damaged-rows.js";
import { openConnection, selectText } from "./database.js";
import { SCHEMA_VERSION } from "./schema.js";
import { readErrorCode, toUnavailable } from "./system-errors.js";

/**
 * Damage beneath the records of a data directory.
 * - `damaged-database`: `safelight.db` is missing or cannot be read as a whole; it has to be made anew.
 * - `damaged-row`: one row of the database cannot be read; without it the rest can.
 * - `damaged-lock`: `locks.db`, which holds nothing, cannot be read.
 */
export interface DirectoryDamage {
  readonly kind: "damaged-database" | "damaged-row" | "damaged-lock";
  readonly file: string;
  /** The fault, in a few words. */
  readonly problem: string;
  readonly row?: DamagedRow;
}

/** Finds damage in the files of a data directory, without changing them. Throws `unavailable` if they cannot be read for another reason. */
export function findDirectoryDamage(dir: string): readonly DirectoryDamage[] {
  const lock = join(dir, "locks.db");
  const problem = statSync(lock, { throwIfNoEntry: false }) && findFileProblem(lock);
  return [
    ...(problem === undefined ? [] : [{ kind: "damaged-lock" as const, file: lock, problem }]),
    ...findDatabaseDamage(join(dir, "safelight.db")),
  ];
}

function findDatabaseDamage(file: string): readonly DirectoryDamage[] {
  const stat = statSync(file, { throwIfNoEntry: false });
  const createDamage = (problem: string) => [{ kind: "damaged-database" as const, file, problem }];
  if (!stat) return createDamage("it is missing");
  if (stat.size === 0) return createDamage("it is empty");
  const problem = findFileProblem(file);
  if (problem !== undefined) return createDamage(problem);
  const connection = openConnection(file);
  try {
    const [row] = connection.prepare("PRAGMA user_version").all() as { user_version: number }[];
    // Of another version nothing is known; whoever opens it is told so.
    if (row?.user_version !== SCHEMA_VERSION) return [];
    const { lost, rows } = findDamagedRows(connection);
    if (lost !== undefined) return createDamage(`a row of its table ${lost} cannot be read`);
    return rows.map((one) => ({
      kind: "damaged-row",
      file,
      problem: `a row of its table ${one.table} cannot be read`,
      row: one,
    }));
  } catch (error) {
    return createDamage(describeDamage(file, error));
  } finally {
    connection.close();
  }
}

/** Has SQLite check the structure of a file. */
function findFileProblem(file: string): string | undefined {
  const connection = openConnection(file);
  try {
    // As bytes: the answer may repeat a damaged name.
    const sql = `SELECT ${selectText("integrity_check")} AS answer FROM pragma_integrity_check(1)`;
    const [row] = connection.prepare(sql).all() as { answer: ArrayBuffer }[];
    const found = row ? Buffer.from(row.answer).toString() : "it gives no answer";
    // It names the database in one line and the damage in the next.
    return found === "ok" ? undefined : found.replace(/^\*\*\*.*\n/, "");
  } catch (error) {
    return describeDamage(file, error);
  } finally {
    connection.close();
  }
}

/** SQLite's words for damage. Throws `unavailable` for what says nothing of the file, such as a disk that cannot be read. */
function describeDamage(file: string, error: unknown): string {
  const code = readErrorCode(error) ?? "";
  if (!/^SQLITE_(CORRUPT|NOTADB|ERROR)/.test(code)) throw toUnavailable(`checking ${file}`, error);
  return error instanceof Error ? error.message : code;
}
