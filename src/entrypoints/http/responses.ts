import type { ErrorCode } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import { HTTP_STATUS, TITLES } from "./problem.js";
import { problem } from "./problem-schema.js";

/** The headers of every answer. */
const ALWAYS = {
  "X-Request-Id": {
    description: "The id of this request in the log.",
    required: true,
    schema: { type: "string" as const },
  },
};

const EXTRA_HEADERS: Partial<Readonly<Record<ErrorCode, object>>> = {
  unauthenticated: { "WWW-Authenticate": { required: true, schema: { type: "string" } } },
  unavailable: {
    "Retry-After": { description: "Whole seconds.", required: true, schema: { type: "integer" } },
  },
};

/** Describes the errors of a route that needs a permission: its own codes, and those that can always happen. */
export function describeProblems(...codes: readonly ErrorCode[]) {
  return describeErrors([...codes, "unauthenticated", "forbidden", "internal", "unavailable"]);
}

/** Describes the errors of a route that needs none: a guard may refuse any request. */
export function describeOpenProblems(...codes: readonly ErrorCode[]) {
  return describeErrors([...codes, "forbidden", "internal", "unavailable"]);
}

/** Describes an answer with JSON of this schema. */
export function describeJson<Schema>(description: string, schema: Schema, headers: object = {}) {
  return { description, headers: { ...ALWAYS, ...headers }, content: { "application/json": { schema } } };
}

/** Describes an answer without a body. */
export function describeEmpty(description: string, headers: object = {}) {
  return { description, headers: { ...ALWAYS, ...headers } };
}

/** The headers of answers to conditional requests. */
export const ETAG = {
  ETag: {
    description: "Send it back as If-None-Match.",
    required: true,
    schema: { type: "string" as const },
  },
};

/** The headers of answers to uploads and requests to process. */
export const LOCATION = {
  Location: {
    description: "The URL of the image, relative to that of the request.",
    required: true,
    schema: { type: "string" as const, format: "uri-reference" },
  },
};

/** Creates the `Location` of an image for a request to a path such as `/images`: relative, because a mounted API cannot know what is in front of its path. */
export function toImageLocation(imageId: ImageId): string {
  return `images/${imageId}`;
}

/** Describes the answer to a request that accepts nothing of what there is. */
export function describeNotAcceptable() {
  const { 415: answer } = describeErrors(["unsupported-format"]);
  return { 406: { ...answer, description: "There is no format of it that the caller accepts" } };
}

/** Describes the errors with these codes. */
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
