import type { ErrorCode } from "../../domain/model/errors.js";
import { HTTP_STATUS } from "./problem.js";
import { problem } from "./schemas.js";

/** What every answer carries. */
const ALWAYS = {
  "X-Request-Id": { description: "Names this request in the log.", schema: { type: "string" as const } },
};

/** Described once, used by every route. */
const WORDS: Readonly<Record<ErrorCode, string>> = {
  "invalid-input": "The request is not well-formed.",
  unauthenticated: "No credentials, or unknown ones.",
  forbidden: "The caller may not do this.",
  "not-found": "There is nothing here.",
  conflict: "Somebody else was faster.",
  "too-large": "More bytes, pixels or frames than are taken in.",
  "unsupported-format": "The content is not of an accepted format.",
  "corrupt-image": "The image is damaged.",
  internal: "Something went wrong here; trying again may help.",
  unavailable: "The service cannot do this right now; try again after `Retry-After` seconds.",
};

const EXTRA_HEADERS: Partial<Readonly<Record<ErrorCode, object>>> = {
  unauthenticated: { "WWW-Authenticate": { schema: { type: "string" } } },
  unavailable: { "Retry-After": { description: "Whole seconds.", schema: { type: "integer" } } },
};

/** The answers of a route that needs a permission: to these codes of its own, and to what can always happen. */
export function problems(...codes: readonly ErrorCode[]) {
  return described([...codes, "unauthenticated", "forbidden", "internal", "unavailable"]);
}

/** The answers of a route that needs none. */
export function publicProblems(...codes: readonly ErrorCode[]) {
  return described([...codes, "internal"]);
}

/** An answer with JSON of this schema. */
export function json<Schema>(description: string, schema: Schema, headers: object = {}) {
  return { description, headers: { ...ALWAYS, ...headers }, content: { "application/json": { schema } } };
}

/** An answer without a body. */
export function empty(description: string, headers: object = {}) {
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

function described(codes: readonly ErrorCode[]) {
  return Object.fromEntries(
    codes.map((code) => [
      HTTP_STATUS[code],
      {
        description: WORDS[code],
        headers: { ...ALWAYS, ...EXTRA_HEADERS[code] },
        content: { "application/problem+json": { schema: problem } },
      },
    ]),
  );
}
