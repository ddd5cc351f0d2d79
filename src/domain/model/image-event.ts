import { computeShortDigest } from "./digest.js";
import type { ImageId } from "./image-id.js";
import type { ImageDescription, PendingEvent } from "./image-record.js";
import { toVersionLabel } from "./version.js";

/**
 * One fact about one image. It is published at least once; a subscriber drops repeats by `id` and orders the events
 * of one image by `version` (compare the epoch, the sequencer as text, then the revision) and `edition`.
 */
export interface ImageEvent extends PendingEvent {
  readonly id: string;
  readonly imageId: ImageId;
  readonly key: string;
  /** The record as committed; absent when a later version had replaced it before the event could be published. */
  readonly record?: ImageDescription;
}

/** The same fact always has the same id, whoever publishes it and however often. */
export function deriveEventId(
  imageId: ImageId,
  { version, edition, type }: Pick<PendingEvent, "version" | "edition" | "type">,
): string {
  const place = edition === undefined ? toVersionLabel(version) : `${toVersionLabel(version)}/${edition}`;
  return computeShortDigest(`${imageId}/${place}/${type}`);
}
