import type { ErrorCode } from "../../domain/model/errors.js";
import { HTTP_STATUS, TITLES } from "./problem.js";
import { problem } from "./schemas.js";

/** What every answer carries. */
const ALWAYS = {
  "X-Request-Id": { description: "Names this request in the log.", schema: { type: "string" as const } },
};

const EXTRA_HEADERS: Partial<Readonly<Record<ErrorCode, object>>> = {
  unauthenticated: { "WWW-Authenticate": { schema: { type: "string" } } },
  unavailable: { "Retry-After": { description: "Whole seconds.", schema: { type: "integer" } } },
};

/** The answers of a route that needs a permission: to these codes of its own, and to what can always happen. */
export function describeProblems(...codes: readonly ErrorCode[]) {
  return describeErrors([...codes, "unauthenticated", "forbidden", "internal", "unavailable"]);
}

/** An answer with JSON of this schema. */
export function describeJson<Schema>(description: string, schema: Schema, headers: object = {}) {
  return { description, headers: { ...ALWAYS, ...headers }, content: { "application/json": { schema } } };
}

/** An answer without a body. */
export function describeEmpty(description: string, headers: object = {}) {
  return { description, headers: { ...ALWAYS, ...headers } };
}

/** Headers of what can be asked for conditionally. */
export const ETAG = {
  ETag: { description: "Send it back as If-None-Match.", schema: { type: "string" as const } },
};

/** Headers of what was taken in. */
export const LOCATION = {
  Location: { description: "Where the image is shown.", schema: { type: "string" as const } },
};

/** The answers to these codes alone. */
export function describeErrors(codes: readonly ErrorCode[]) {
  return Object.fromEntries(
    codes.map((code) => [
      HTTP_STATUS[code],
      {
        description: TITLES[code],
        headers: { ...ALWAYS, ...EXTRA_HEADERS[code] },
        content: { "application/problem+json": { schema: problem } },
      },
    ]),
  );
}
