import { imageIdOf } from "../model/image-id.js";
import type { ImageEventType, ImageRecord, ImageStatus, Outbox } from "../model/image-record.js";
import { fileNameOf, originalKey } from "../model/original-key.js";
import type { Version } from "../model/version.js";
import type { RenderedOriginal } from "./render-task.js";
import { withoutOutbox } from "./work-off-outbox.js";

/** What a settlement came to; without `rendered` the image is gone. */
export interface Settlement {
  readonly key: string;
  readonly version: Version;
  readonly configuration: string;
  readonly rendered?: RenderedOriginal;
}

/** Settling never leaves an image pending. */
type SettledRecord = ImageRecord & { readonly status: Exclude<ImageStatus, "pending"> };

/** The record to commit in the place of `replaced`, with an outbox of all that is then to be done. */
export function nextRecord(
  { key, version, configuration, rendered }: Settlement,
  replaced: ImageRecord | undefined,
  now: Date,
): ImageRecord {
  const record: SettledRecord = {
    imageId: imageIdOf(key),
    key: originalKey(key),
    version,
    fileName: replaced?.fileName ?? fileNameOf(key),
    configuration,
    processedAt: now.toISOString(),
    ...(rendered?.content ?? {
      status: "removed",
      createdAt: replaced?.createdAt ?? now.toISOString(),
      tags: [],
      renditions: [],
    }),
  };
  const outbox = outboxOf(record, replaced, now);
  return outbox ? { ...record, outbox } : withoutOutbox(record, now);
}

/** The outbox of a commit: what the replaced record still owed, its files, and the news. */
function outboxOf(record: SettledRecord, replaced: ImageRecord | undefined, now: Date): Outbox | undefined {
  const owed = replaced?.outbox;
  const kept = new Set(record.renditions.map(({ key }) => key));
  const gone = [...(owed?.forget ?? []), ...(replaced?.renditions ?? []).map(({ key }) => key)];
  const forget = [...new Set(gone)].filter((key) => !kept.has(key));
  const events = [...(owed?.events ?? [])];
  // A tombstone over a tombstone only moves the order on: there is no news in it.
  if (record.status !== "removed" || replaced?.status !== "removed") {
    events.push({ type: EVENT_TYPES[record.status], version: record.version, time: now.toISOString() });
  }
  return forget.length + events.length > 0 ? { forget, events } : undefined;
}

const EVENT_TYPES: Readonly<Record<SettledRecord["status"], ImageEventType>> = {
  ready: "ImageReady",
  rejected: "ImageRejected",
  removed: "ImageRemoved",
};
