import type { OriginalChange } from "../../domain/model/change.js";
import { quote } from "../../domain/model/errors.js";
import { etag } from "../../domain/model/etag.js";
import { decodeKey } from "../s3/responses.js";
import {
  ANY_BUCKET,
  type BucketPair,
  checkBucket,
  checkKey,
  isObject,
  readObject,
  readSequencer,
  readString,
  rethrowUnreadable,
  UnreadableError,
} from "./notification.js";

/** Families of S3 events that leave the bytes of every object as they are. */
const IGNORED_EVENTS =
  /^(?:s3:)?(?:ObjectTagging|ObjectAcl|ObjectRestore|Replication|IntelligentTiering|LifecycleTransition):/;

/**
 * The change in one record of an S3 event; `undefined` for one that changes nothing. Keys arrive URL-encoded, with
 * a plus sign for a space, and are decoded exactly once. Throws `Unreadable` for anything else.
 */
export function parseS3Record(record: unknown, place: BucketPair): OriginalChange | undefined {
  if (!isObject(record) || !isStore(record.eventSource, place))
    throw new UnreadableError(
      `expected a record of an S3 event but received ${quote(isObject(record) ? record.eventSource : record)}`,
    );
  checkMajorVersion(record.eventVersion, "2");
  const s3 = readObject(record, "s3");
  checkBucket(readString(readObject(s3, "bucket"), "name"), place);
  const name = readString(record, "eventName");
  if (IGNORED_EVENTS.test(name)) return undefined;
  const object = readObject(s3, "object");
  const key = checkKey(decodeEventKey(readString(object, "key")));
  const sequencer = readSequencer(object);
  const [, family, kind] = /^(?:s3:)?(\w+):(\w+)$/.exec(name) ?? [];
  if (family === "ObjectCreated") return toCreatedChange(key, sequencer, object.eTag);
  if (family === "ObjectRemoved" && kind === "DeleteMarkerCreated")
    return { type: "removed", key, sequencer };
  if (family === "ObjectRemoved" && kind === "Delete")
    return { type: deriveRemovalType(object.versionId), key, sequencer };
  if (family === "LifecycleExpiration" || family === "ReducedRedundancyLostObject")
    return { type: "unknown", key, sequencer };
  throw new UnreadableError(`expected the name of an S3 event but received ${quote(name)}`);
}

/** Whether a store of the pipeline says so: of any bucket it may be one that speaks S3, such as MinIO (`minio:s3`). */
function isStore(source: unknown, { originals }: BucketPair): boolean {
  if (originals === ANY_BUCKET) return typeof source === "string" && /^\w+:s3$/.test(source);
  return source === "aws:s3";
}

/** Kinds of events of S3 on EventBridge that leave the bytes of every object as they are. */
const IGNORED_EVENTBRIDGE_EVENTS =
  /^Object (?:Restore Initiated|Restore Completed|Restore Expired|Tags Added|Tags Deleted|ACL Updated|Storage Class Changed|Access Tier Changed)$/;

/** Whether `envelope` is an event of EventBridge that S3 sent. */
export function isEventBridge(envelope: Readonly<Record<string, unknown>>): boolean {
  return envelope.source === "aws.s3" && "detail-type" in envelope;
}

/** The change in an event of EventBridge; `undefined` for one that changes nothing. Keys arrive as they are: nothing is decoded. */
export function parseEventBridge(
  event: Readonly<Record<string, unknown>>,
  place: BucketPair,
): OriginalChange | undefined {
  const detail = readObject(event, "detail");
  checkMajorVersion(detail.version, "0");
  checkBucket(readString(readObject(detail, "bucket"), "name"), place);
  const kind = readString(event, "detail-type");
  if (IGNORED_EVENTBRIDGE_EVENTS.test(kind)) return undefined;
  const object = readObject(detail, "object");
  const key = checkKey(readString(object, "key"));
  const sequencer = readSequencer(object);
  if (kind === "Object Created") return toCreatedChange(key, sequencer, object.etag);
  if (kind !== "Object Deleted")
    throw new UnreadableError(`expected a kind of S3 event but received ${quote(kind)}`);
  // A lifecycle rule deletes by itself, whatever was uploaded since: only a look can tell.
  if (detail.reason !== "DeleteObject") return { type: "unknown", key, sequencer };
  if (detail["deletion-type"] === "Delete Marker Created") return { type: "removed", key, sequencer };
  return { type: deriveRemovalType(object["version-id"]), key, sequencer };
}

/**
 * Throws `Unreadable` for another major version, under which S3 may say other things by the same names: processed it might
 * be wrong, acknowledged it would be lost, and a dead letter waits for whoever can read it.
 */
function checkMajorVersion(version: unknown, major: string): void {
  if (version !== undefined && String(version).split(".")[0] !== major)
    throw new UnreadableError(`expected version ${major} of an S3 event but received ${quote(version)}`);
}

/** The change is `unknown` if the notification has no etag: only reading the original can tell. */
function toCreatedChange(key: string, sequencer: string, eventEtag: unknown): OriginalChange {
  if (typeof eventEtag !== "string" || eventEtag === "") return { type: "unknown", key, sequencer };
  return {
    type: "created",
    key,
    sequencer,
    etag: rethrowUnreadable(() => etag(eventEtag.replace(/^"|"$/g, ""))),
  };
}

/** Where one version was deleted for good, another one may be, or may have become, the current one. */
function deriveRemovalType(versionId: unknown): "removed" | "unknown" {
  return versionId === undefined ? "removed" : "unknown";
}

function decodeEventKey(key: string): string {
  try {
    return decodeKey(key);
  } catch (cause) {
    throw new UnreadableError(`expected a URL-encoded key but received ${quote(key)}`, { cause });
  }
}
