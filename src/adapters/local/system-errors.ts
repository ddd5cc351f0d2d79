import { quote, SafelightError } from "../../domain/model/errors.js";

/** Tells whoever meets a damaged database where to turn. */
export const DAMAGE_HINT = '"safelight doctor" says what can be done';

/** Converts an error of the file system or of SQLite to `unavailable`: the store could not do `what` this time. */
export function toUnavailable(what: string, cause: unknown): SafelightError {
  if (cause instanceof SafelightError) return cause;
  const code = readErrorCode(cause);
  const hint = code?.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB" ? `; ${DAMAGE_HINT}` : "";
  return new SafelightError("unavailable", `${what} failed (${code ?? quote(cause)})${hint}`, { cause });
}

/** Runs `work`; what the file system or SQLite throws becomes `unavailable`, anything else stays what it is. */
export async function wrapSystemErrors<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw readErrorCode(error) === undefined ? error : toUnavailable(what, error);
  }
}

/** The code of an error of the system or of SQLite, such as `ENOSPC` or `SQLITE_BUSY`. */
export function readErrorCode(error: unknown): string | undefined {
  const { code }: { readonly code?: unknown } = error ?? {};
  return typeof code === "string" && /^(E[A-Z0-9]+|SQLITE_[A-Z_]+)$/.test(code) ? code : undefined;
}

/** Whether `error` says that nothing is there, or that something on the way is not a directory or is a link. */
export function isNotFoundError(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ELOOP"].includes(readErrorCode(error) ?? "");
}
