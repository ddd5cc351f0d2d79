import { quote, SafelightError } from "../../domain/model/errors.js";

/** Tells whoever meets a damaged database where to turn. */
export const DAMAGE_HINT = '"safelight doctor" says what can be done';

/** Converts an error of the file system or of SQLite to `unavailable`: the store could not do `what` this time. */
export function toUnavailable(what: string, cause: unknown): SafelightError {
  if (cause instanceof SafelightError) return cause;
  const code = readErrorCode(cause);
  const hint = code === undefined ? undefined : findHint(code);
  const message = `${what} failed (${code ?? quote(cause)})${hint === undefined ? "" : `; ${hint}`}`;
  return new SafelightError("unavailable", message, { cause });
}

/** Finds the words that tell what to do about an error. */
function findHint(code: string): string | undefined {
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return DAMAGE_HINT;
  if (code.startsWith("SQLITE_READONLY"))
    return "this process may not write there, and SQLite writes beside its database even to read it";
  if (code === "SQLITE_CANTOPEN")
    return "is the disk read-only? SQLite writes beside its database even to read it";
  if (code === "SQLITE_IOERR_SHMSIZE")
    return "its disk is full: SQLite needs 32 kB beside the database, even to read it";
  return code === "SQLITE_FULL" || code === "ENOSPC" ? "the disk is full" : undefined;
}

/** Runs `work`; what the file system or SQLite throws becomes `unavailable`, anything else stays what it is. */
export async function wrapSystemErrors<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw readErrorCode(error) === undefined ? error : toUnavailable(what, error);
  }
}

/** SQLite's primary result codes of faults that are not a program's own. */
const PRIMARY_CODES: Readonly<Record<number, string>> = {
  3: "SQLITE_PERM",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  7: "SQLITE_NOMEM",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  15: "SQLITE_PROTOCOL",
  26: "SQLITE_NOTADB",
};

/** The code of an error of the system or of SQLite, such as `ENOSPC` or `SQLITE_BUSY`. */
export function readErrorCode(error: unknown): string | undefined {
  const { code, rawCode }: { readonly code?: unknown; readonly rawCode?: unknown } = error ?? {};
  // libsql does not name all of SQLite's codes that are refined in their upper bytes.
  if (typeof code === "string" && code.startsWith("UNKNOWN_SQLITE_ERROR"))
    return PRIMARY_CODES[Number(rawCode) & 0xff] ?? "SQLITE_ERROR";
  return typeof code === "string" && /^(E[A-Z0-9]+|SQLITE_[A-Z_]+)$/.test(code) ? code : undefined;
}

/** Whether `error` says that nothing is there, or that something on the way is not a directory or is a link. */
export function isNotFoundError(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ELOOP"].includes(readErrorCode(error) ?? "");
}
