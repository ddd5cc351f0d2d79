import type { OriginalChange } from "../../domain/model/change.js";
import { shown } from "../../domain/model/errors.js";
import { etag } from "../../domain/model/etag.js";
import {
  checkBucket,
  checkKey,
  isObject,
  objectIn,
  type Place,
  readable,
  sequencerIn,
  textIn,
  Unreadable,
} from "./notification.js";
import { decodedKey } from "./s3-answers.js";

/** Families of S3 events that leave the bytes of every object as they are. */
const HARMLESS =
  /^(?:s3:)?(?:ObjectTagging|ObjectAcl|ObjectRestore|Replication|IntelligentTiering|LifecycleTransition):/;

/**
 * The change in one record of an S3 event; `undefined` for one that changes nothing. Keys arrive URL-encoded, with
 * a plus sign for a space, and are decoded exactly once. Throws `Unreadable` for anything else.
 */
export function changeOfRecord(record: unknown, place: Place): OriginalChange | undefined {
  if (!isObject(record) || record.eventSource !== "aws:s3")
    throw new Unreadable(
      `expected a record of an S3 event but received ${shown(isObject(record) ? record.eventSource : record)}`,
    );
  const s3 = objectIn(record, "s3");
  checkBucket(textIn(objectIn(s3, "bucket"), "name"), place);
  const name = textIn(record, "eventName");
  if (HARMLESS.test(name)) return undefined;
  const object = objectIn(s3, "object");
  const key = checkKey(decoded(textIn(object, "key")));
  const sequencer = sequencerIn(object);
  const [, family, kind] = /^(?:s3:)?(\w+):(\w+)$/.exec(name) ?? [];
  if (family === "ObjectCreated") return createdOrUnclear(key, sequencer, object.eTag);
  if (family === "ObjectRemoved" && kind === "DeleteMarkerCreated")
    return { type: "removed", key, sequencer };
  if (family === "ObjectRemoved" && kind === "Delete")
    return { type: removalOf(object.versionId), key, sequencer };
  if (family === "LifecycleExpiration" || family === "ReducedRedundancyLostObject")
    return { type: "unknown", key, sequencer };
  throw new Unreadable(`expected the name of an S3 event but received ${shown(name)}`);
}

/** Kinds of events of S3 on EventBridge that leave the bytes of every object as they are. */
const HARMLESS_KIND =
  /^Object (?:Restore Initiated|Restore Completed|Restore Expired|Tags Added|Tags Deleted|ACL Updated|Storage Class Changed|Access Tier Changed)$/;

/** Whether `envelope` is an event of EventBridge that S3 sent. */
export function isEventBridge(envelope: Readonly<Record<string, unknown>>): boolean {
  return envelope.source === "aws.s3" && "detail-type" in envelope;
}

/** The change in an event of EventBridge; `undefined` for one that changes nothing. Keys arrive as they are: nothing is decoded. */
export function changeOfEventBridge(
  event: Readonly<Record<string, unknown>>,
  place: Place,
): OriginalChange | undefined {
  const detail = objectIn(event, "detail");
  checkBucket(textIn(objectIn(detail, "bucket"), "name"), place);
  const kind = textIn(event, "detail-type");
  if (HARMLESS_KIND.test(kind)) return undefined;
  const object = objectIn(detail, "object");
  const key = checkKey(textIn(object, "key"));
  const sequencer = sequencerIn(object);
  if (kind === "Object Created") return createdOrUnclear(key, sequencer, object.etag);
  if (kind !== "Object Deleted")
    throw new Unreadable(`expected a kind of S3 event but received ${shown(kind)}`);
  // A lifecycle rule deletes by itself, whatever was uploaded since: only a look can tell.
  if (detail.reason !== "DeleteObject") return { type: "unknown", key, sequencer };
  if (detail["deletion-type"] === "Delete Marker Created") return { type: "removed", key, sequencer };
  return { type: removalOf(object["version-id"]), key, sequencer };
}

/** What a notification without an etag speaks of can only be looked at. */
function createdOrUnclear(key: string, sequencer: string, told: unknown): OriginalChange {
  if (typeof told !== "string" || told === "") return { type: "unknown", key, sequencer };
  return { type: "created", key, sequencer, etag: readable(() => etag(told.replace(/^"|"$/g, ""))) };
}

/** Where one version was deleted for good, another one may be, or may have become, the current one. */
function removalOf(versionId: unknown): "removed" | "unknown" {
  return versionId === undefined ? "removed" : "unknown";
}

function decoded(key: string): string {
  try {
    return decodedKey(key);
  } catch (cause) {
    throw new Unreadable(`expected a URL-encoded key but received ${shown(key)}`, { cause });
  }
}
