import type { ImageRequest } from "../../domain/model/change.js";
import { quote } from "../../domain/model/errors.js";
import { type Version, type VersionParts, version } from "../../domain/model/version.js";
import { toAsciiJson } from "./ascii-json.js";
import {
  checkKey,
  isObject,
  readObject,
  readString,
  rethrowUnreadable,
  UnreadableError,
} from "./notification.js";

/** Formats a request as the body of a message. The queue holds such messages beside S3's notifications. */
export function formatRequest(request: ImageRequest): string {
  return toAsciiJson({ request });
}

/** The fields of every request; one of type `process` may have each of {@link OPTIONS} with `true`, too. */
const FIELDS = ["type", "key", "version"];
const OPTIONS = ["force", "invalidate"] as const;

/** Parses what {@link formatRequest} wrote. Throws {@link UnreadableError} for anything else, unknown fields included. */
export function parseRequest(value: unknown): ImageRequest {
  if (!isObject(value)) throw new UnreadableError(`expected a request but received ${quote(value)}`);
  const { type } = value;
  if (type !== "process" && type !== "remove")
    throw new UnreadableError(`expected a request but received ${quote(type)}`);
  const key = checkKey(readString(value, "key"));
  const requested = readVersion(readObject(value, "version"));
  const others = Object.keys(value).filter((name) => !FIELDS.includes(name));
  const options = OPTIONS.filter((name) => type === "process" && value[name] === true);
  const unknown = others.find((name) => !options.includes(name as (typeof OPTIONS)[number]));
  if (unknown !== undefined)
    throw new UnreadableError(
      `expected no ${quote(unknown)} in a request to ${type} but received ${quote(value[unknown])}`,
    );
  const requestedOptions = Object.fromEntries(options.map((name) => [name, true as const]));
  return type === "process"
    ? { type, key, version: requested, ...requestedOptions }
    : { type, key, version: requested };
}

function readVersion({ epoch, sequencer, revision }: Readonly<Record<string, unknown>>): Version {
  if (epoch === undefined)
    throw new UnreadableError("expected a number for the epoch of a request but received undefined");
  // The constructor also refuses values of other types.
  return rethrowUnreadable(() => version({ epoch, sequencer, revision } as VersionParts));
}
