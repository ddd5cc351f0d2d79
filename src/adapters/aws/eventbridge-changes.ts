import type { OriginalChange } from "../../domain/model/change.js";
import { shown } from "../../domain/model/errors.js";
import {
  checkBucket,
  checkKey,
  objectIn,
  type Place,
  sequencerIn,
  textIn,
  Unreadable,
} from "./notification.js";
import { createdOrUnclear, removalOf } from "./s3-changes.js";

/** Kinds of events of S3 on EventBridge that leave the bytes of every object as they are. */
const HARMLESS =
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
  if (HARMLESS.test(kind)) return undefined;
  const object = objectIn(detail, "object");
  const key = checkKey(textIn(object, "key"));
  const sequencer = sequencerIn(object);
  if (kind === "Object Created") return createdOrUnclear(key, sequencer, object.etag);
  if (kind !== "Object Deleted")
    throw new Unreadable(`expected a kind of S3 event but received ${shown(kind)}`);
  // A lifecycle rule deletes by itself, whatever was uploaded since: only a look can tell.
  if (detail.reason !== "DeleteObject") return { type: "unclear", key, sequencer };
  if (detail["deletion-type"] === "Delete Marker Created") return { type: "removed", key, sequencer };
  return { type: removalOf(object["version-id"]), key, sequencer };
}
