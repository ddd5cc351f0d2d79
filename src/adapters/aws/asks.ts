import type { Ask } from "../../domain/model/change.js";
import { shown } from "../../domain/model/errors.js";
import { type Version, version } from "../../domain/model/version.js";
import { asciiJson } from "./ascii-json.js";
import { checkKey, isObject, objectIn, readable, textIn, Unreadable } from "./notification.js";

/** An ask as the body of a message, beside which S3's own notifications lie in the same queue. */
export function askBody(ask: Ask): string {
  return asciiJson({ ask });
}

/** The ask in what {@link askBody} wrote. Throws `Unreadable` for anything else. */
export function askIn(value: unknown): Ask {
  if (!isObject(value)) throw new Unreadable(`expected an ask but received ${shown(value)}`);
  const key = checkKey(textIn(value, "key"));
  const asked = versionIn(objectIn(value, "version"));
  if (value.type === "process")
    return { type: "process", key, version: asked, ...(value.force === true && { force: true }) };
  if (value.type !== "remove") throw new Unreadable(`expected an ask but received ${shown(value.type)}`);
  return { type: "remove", key, version: asked };
}

function versionIn({ sequencer, revision }: Readonly<Record<string, unknown>>): Version {
  // The constructor refuses what is of another type, too.
  return readable(() => version({ sequencer, revision } as Version));
}
