import type { Ids } from "../../ports/ids.js";

/** The header that carries a request's id, in both directions. */
export const REQUEST_ID = "X-Request-Id";

/** Long enough to be found in a log, and nothing that a log or a header could be forged with. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9_.:=-]{7,127}$/;

/** The id that the caller gave, if it is well-formed, otherwise a new one. */
export function requestIdOf(request: Request, ids: Ids): string {
  const given = request.headers.get(REQUEST_ID);
  return given !== null && WELL_FORMED.test(given) ? given : ids();
}
