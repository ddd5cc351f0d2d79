import type { ImageRequest } from "../../domain/model/change.js";
import { shown } from "../../domain/model/errors.js";
import { type Version, type VersionParts, version } from "../../domain/model/version.js";
import { asciiJson } from "./ascii-json.js";
import { checkKey, isObject, objectIn, readable, textIn, Unreadable } from "./notification.js";

/** An ask as the body of a message, beside which S3's own notifications lie in the same queue. */
export function askBody(ask: ImageRequest): string {
  return asciiJson({ request: ask });
}

/** What an ask has; beside it, one of type `process` may say `true` to each of {@link OPTIONS}. */
const PARTS = ["type", "key", "version"];
const OPTIONS = ["force", "invalidate"] as const;

/** The ask in what {@link askBody} wrote. Throws `Unreadable` for anything else: half of what was asked for is not done. */
export function askIn(value: unknown): ImageRequest {
  if (!isObject(value)) throw new Unreadable(`expected an ask but received ${shown(value)}`);
  const { type } = value;
  if (type !== "process" && type !== "remove")
    throw new Unreadable(`expected an ask but received ${shown(type)}`);
  const key = checkKey(textIn(value, "key"));
  const asked = versionIn(objectIn(value, "version"));
  const said = Object.keys(value).filter((name) => !PARTS.includes(name));
  const options = OPTIONS.filter((name) => type === "process" && value[name] === true);
  const foreign = said.find((name) => !options.includes(name as (typeof OPTIONS)[number]));
  if (foreign !== undefined)
    throw new Unreadable(
      `expected no ${shown(foreign)} in an ask to ${type} but received ${shown(value[foreign])}`,
    );
  const asking = Object.fromEntries(options.map((name) => [name, true as const]));
  return type === "process" ? { type, key, version: asked, ...asking } : { type, key, version: asked };
}

function versionIn({ epoch, sequencer, revision }: Readonly<Record<string, unknown>>): Version {
  if (epoch === undefined)
    throw new Unreadable("expected a number for the epoch of an ask but received undefined");
  // The constructor refuses what is of another type, too.
  return readable(() => version({ epoch, sequencer, revision } as VersionParts));
}
