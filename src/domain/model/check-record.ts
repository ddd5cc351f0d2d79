import { invalidInput, quote, SafelightError } from "./errors.js";
import { etag } from "./etag.js";
import { deriveImageId } from "./image-id.js";
import type { ImageRecord, ImageStatus } from "./image-record.js";
import { originalKey } from "./original-key.js";
import { type VersionParts, version } from "./version.js";

const ALWAYS = "imageId key version edition status createdAt fileName configuration tags renditions";
const SETTLED = `${ALWAYS} processedAt`;
const LIVING = "owner title alt focalPoint";

/** The required and the optional fields of a record, by status. */
const FIELDS: Readonly<Record<ImageStatus, readonly [has: string, may: string]>> = {
  pending: [ALWAYS, `${LIVING} outbox`],
  ready: [`${SETTLED} etag contentHash source`, `${LIVING} exif rights placeholder tagging dropped outbox`],
  rejected: [`${SETTLED} etag failure`, `${LIVING} contentHash source outbox`],
  removed: [SETTLED, "outbox expiresAt"],
};

/**
 * Returns `given` if it has what a record of its status has, and nothing else. Throws `invalid-input` that names the
 * field otherwise; what lies within `source`, `exif` and the like is not looked at.
 */
export function imageRecord(given: unknown): ImageRecord {
  const record = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
  const { status, key, imageId } = record;
  if (typeof status !== "string" || !Object.hasOwn(FIELDS, status))
    throw invalidInput(Object.keys(FIELDS).join(", "), "status", status);
  const [has, may] = FIELDS[status as ImageStatus].map((names) => names.split(" "));
  const found = Object.keys(record).filter((name) => record[name] !== undefined);
  const lacking = has?.find((name) => !found.includes(name));
  if (lacking !== undefined) throw invalidInput(`one where an image is ${status}`, lacking, undefined);
  const foreign = found.find((name) => !has?.includes(name) && !may?.includes(name));
  if (foreign !== undefined) throw invalidInput(`none where an image is ${status}`, foreign, record[foreign]);
  if (imageId !== deriveImageId(originalKey(key as string)))
    throw invalidInput("the id of its key", "imageId", imageId);
  version(record.version as VersionParts);
  checkEdition(record.edition);
  if (record.etag !== undefined) etag(record.etag as string);
  for (const name of ["createdAt", "processedAt", "expiresAt"]) checkTime(name, record[name]);
  const { renditions } = record;
  if (status !== "ready" && !(Array.isArray(renditions) && renditions.length === 0))
    throw invalidInput(`none where an image is ${status}`, "renditions", renditions);
  return given as ImageRecord;
}

/** The record that a repository wrote as JSON. Throws `internal` for text that is no record. */
export function parseStoredRecord(json: string): ImageRecord {
  try {
    return imageRecord(JSON.parse(json));
  } catch (cause) {
    const message = `the repository holds ${quote(json)}, which is no record of an image; another program or version must have written it`;
    throw new SafelightError("internal", message, { cause });
  }
}

/** Throws `invalid-input` for what no record can have as its edition. */
export function checkEdition(edition: unknown): void {
  if (!Number.isSafeInteger(edition) || Number(edition) < 1)
    throw invalidInput("a whole number of at least 1", "edition", edition);
}

function checkTime(name: string, time: unknown): void {
  if (time === undefined) return;
  const date = new Date(typeof time === "string" && time.length === 24 ? time : Number.NaN);
  if (Number.isNaN(date.getTime()) || date.toISOString() !== time)
    throw invalidInput("a time such as 2026-01-31T12:00:00.000Z", name, time);
}
