import { pickEdits } from "../model/edits.js";
import { deriveImageId } from "../model/image-id.js";
import {
  type ImageEventType,
  type ImageRecord,
  type ImageStatus,
  MAX_DROPPED,
  type Outbox,
} from "../model/image-record.js";
import { originalKey, readLastSegment } from "../model/original-key.js";
import type { RenditionKey } from "../model/rendition.js";
import type { Version } from "../model/version.js";
import { hasContent } from "./render-original.js";
import type { OriginalContent } from "./render-task.js";
import { clearOutbox, incrementEdition } from "./work-off-outbox.js";

/** The result of a settlement; without `content` the image is gone. */
export interface Settlement {
  readonly key: string;
  readonly version: Version;
  readonly configuration: string;
  readonly content?: OriginalContent;
  /** Whether everything that the replaced record published must disappear, though it shows the same picture. */
  readonly invalidate: boolean;
}

/** Settling never leaves an image pending. */
type SettledRecord = ImageRecord & { readonly status: Exclude<ImageStatus, "pending"> };

/** The record to commit in the place of `replaced`, with an outbox of all that is then to be done. */
export function buildNextRecord(
  { key, version, configuration, content, invalidate }: Settlement,
  replaced: ImageRecord | undefined,
  now: Date,
): ImageRecord {
  const record = {
    imageId: deriveImageId(key),
    key: originalKey(key),
    version,
    edition: incrementEdition(replaced),
    fileName: replaced?.fileName ?? readLastSegment(key),
    configuration,
    processedAt: now.toISOString(),
    ...(content
      ? { ...carryEdits(content, replaced), ...content }
      : {
          status: "removed",
          createdAt: replaced?.createdAt ?? now.toISOString(),
          tags: [],
          renditions: [],
        }),
  } as SettledRecord;
  const { dropped, invalidations } = sortOutOldKeys(record, replaced, { invalidate });
  const events = [...(replaced?.outbox?.events ?? []), ...createEvents(record, replaced, now)];
  const next = dropped.length > 0 && record.status === "ready" ? { ...record, dropped } : record;
  return invalidations.length + events.length > 0
    ? { ...next, outbox: { invalidations, events } }
    : clearOutbox(next, now);
}

/**
 * Edits outlive settlements. They are those of the replaced record, never of one that was read earlier. A focal point of
 * another picture does not apply to this one.
 */
function carryEdits(content: OriginalContent, replaced: ImageRecord | undefined) {
  if (!replaced) return {};
  const { focalPoint, ...words } = pickEdits(replaced);
  return hasContent(replaced, content.contentHash) && focalPoint ? { focalPoint, ...words } : words;
}

/**
 * The renditions of the replaced record. As long as they show the same picture, cached copies may be served: the keys are
 * remembered until they may not, and then all of them are invalidated.
 */
function sortOutOldKeys(
  record: SettledRecord,
  replaced: ImageRecord | undefined,
  { invalidate }: Pick<Settlement, "invalidate">,
): { dropped: readonly RenditionKey[]; invalidations: Outbox["invalidations"] } {
  const owed = replaced?.outbox?.invalidations ?? [];
  const before = replaced?.dropped ?? [];
  const names = (replaced?.renditions ?? []).map(({ key }) => key);
  const isSamePicture = record.status === "ready" && replaced?.contentHash === record.contentHash;
  if (!isSamePicture || invalidate)
    return { dropped: [], invalidations: deduplicate([...owed, ...before, ...names]) };
  const kept = new Set(record.renditions.map(({ key }) => key));
  const dropped = deduplicate([...before, ...names.filter((name) => !kept.has(name))]);
  const over = Math.max(0, dropped.length - MAX_DROPPED);
  return { dropped: dropped.slice(over), invalidations: deduplicate([...owed, ...dropped.slice(0, over)]) };
}

function deduplicate(keys: readonly RenditionKey[]): readonly RenditionKey[] {
  return [...new Set(keys)];
}

/** A tombstone over nothing, or over another one, only moves the order on: there is no news in it. */
function createEvents(
  { status, version, owner: named }: SettledRecord,
  replaced: ImageRecord | undefined,
  now: Date,
): Outbox["events"] {
  if (status === "removed" && (!replaced || replaced.status === "removed")) return [];
  // A tombstone is nobody's, but whoever had the image is to be told.
  const owner = status === "removed" ? replaced?.owner : named;
  return [
    {
      type: EVENT_TYPES[status],
      version,
      ...(owner !== undefined && { owner }),
      time: now.toISOString(),
    },
  ];
}

const EVENT_TYPES: Readonly<Record<SettledRecord["status"], ImageEventType>> = {
  ready: "ImageReady",
  rejected: "ImageRejected",
  removed: "ImageRemoved",
};
