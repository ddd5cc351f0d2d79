import { quote, SafelightError } from "../../domain/model/errors.js";

/** The fields of an error of `pg`; one of the network has a code too, such as `ECONNREFUSED`. */
interface DatabaseFault {
  readonly code?: string;
  readonly message?: string;
  readonly severity?: string;
}

/**
 * Converts the error of a statement. A server that does not answer, refuses its caller, is full, stops, or only reads is
 * `unavailable`, and a write that ended so may have happened. A statement that the server calls wrong is a defect of
 * Safelight: `internal`. The message holds no values.
 */
export function toDatabaseError(cause: unknown): SafelightError {
  if (cause instanceof SafelightError) return cause;
  const { code = "", severity, message } = (cause ?? {}) as DatabaseFault;
  // Only the server's own errors have a severity.
  if (severity === undefined) {
    const what = code === "" ? quote(message ?? String(cause)) : code;
    return new SafelightError(
      "unavailable",
      `PostgreSQL did not answer (${what}); check that it runs and can be reached, or try again`,
      { cause },
    );
  }
  const remedy = REMEDIES.find(([codes]) => codes.test(code))?.[1];
  return remedy === undefined
    ? new SafelightError(
        "internal",
        `PostgreSQL answered ${code} to a statement; this is a defect of Safelight, please report it`,
        { cause },
      )
    : new SafelightError("unavailable", `PostgreSQL answered ${code}; ${remedy}`, { cause });
}

/** Whether the server undid a statement because of others, so that the same statement may be sent again at once. */
export function isUndone(error: unknown): boolean {
  const { code, severity } = (error ?? {}) as DatabaseFault;
  return severity !== undefined && (code === "40001" || code === "40P01");
}

/** The way out where a server cannot do what it was asked to, by SQLSTATE. */
const REMEDIES: readonly (readonly [codes: RegExp, remedy: string])[] = [
  [/^28|^42501$/, "check the user, its password and its rights on the schema"],
  [/^3D000$/, "check the name of the database"],
  [/^25006$/, "it only reads, so connect to the primary server"],
  [/^53/, "it has no more room, memory or connections; see its log"],
  [/^(08|40|55P03|57|58)/, "try again"],
];
