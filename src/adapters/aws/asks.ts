import type { Ask } from "../../domain/model/change.js";
import { shown } from "../../domain/model/errors.js";
import { parseVersionLabel, type Version, versionLabel } from "../../domain/model/version.js";
import { asciiJson } from "./ascii-json.js";
import { checkKey, isObject, objectIn, textIn, Unreadable } from "./notification.js";

/** An ask as the body of a message, beside which S3's own notifications lie in the same queue. */
export function askBody(ask: Ask): string {
  return asciiJson({ ask });
}

/** The ask in what {@link askBody} wrote. Throws `Unreadable` for anything else. */
export function askIn(value: unknown): Ask {
  if (!isObject(value)) throw new Unreadable(`expected an ask but received ${shown(value)}`);
  const key = checkKey(textIn(value, "key"));
  const version = versionIn(objectIn(value, "version"));
  if (value.type === "process") return { type: "process", key, version };
  if (value.type !== "remove") throw new Unreadable(`expected an ask but received ${shown(value.type)}`);
  return { type: "remove", key, version };
}

function versionIn({ sequencer, revision }: Readonly<Record<string, unknown>>): Version {
  if (typeof sequencer === "string" && typeof revision === "number") {
    const label = versionLabel({ sequencer, revision });
    if (parseVersionLabel(label)) return { sequencer, revision };
  }
  throw new Unreadable(`expected a version but received ${shown(sequencer)} and ${shown(revision)}`);
}
