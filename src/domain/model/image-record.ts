import type { Edits } from "./edits.js";
import type { ErrorCode } from "./errors.js";
import type { Etag } from "./etag.js";
import type { ImageFormat } from "./image-format.js";
import type { ImageId } from "./image-id.js";
import type { ExifFacts, Placeholder, Rights } from "./image-metadata.js";
import type { OriginalKey } from "./original-key.js";
import type { Rendition, RenditionKey } from "./rendition.js";
import type { Version } from "./version.js";

/** `removed` is a tombstone: it keeps a late delivery from bringing the image back. */
export type ImageStatus = (typeof IMAGE_STATUSES)[number];

/** The statuses, for validation and for generators. */
export const IMAGE_STATUSES = ["pending", "ready", "rejected", "removed"] as const;

/** Facts about the original's bytes. `width` and `height` are of the upright picture, in pixels. */
export interface Source {
  readonly format: ImageFormat;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly orientation: number;
  readonly colorSpace: string;
  readonly hasAlpha: boolean;
  readonly frames: number;
  /** Oddities of the file that harm none of its pixels, in words; absent if there are none. */
  readonly warnings?: readonly string[];
}

/** The facts that others may care about. */
export type ImageEventType = (typeof IMAGE_EVENT_TYPES)[number];

/** The types of events, for validation and for generators. */
export const IMAGE_EVENT_TYPES = ["ImageReady", "ImageRejected", "ImageRemoved", "ImageEdited"] as const;

/** An event in an outbox, not published yet. */
export interface PendingEvent {
  readonly type: ImageEventType;
  readonly version: Version;
  /** Of an edit: the edition that it made. */
  readonly edition?: number;
  /** Whose image it is or, of a removal, was; absent if nobody's. */
  readonly owner?: string;
  /** When it was committed, ISO 8601 in UTC. */
  readonly time: string;
}

/** Work that a commit promised and that is not known to be done. It is done in the order of its fields, after cleaning up. */
export interface Outbox {
  /** Rendition keys that the CDN may still hold. */
  readonly invalidations: readonly RenditionKey[];
  /** Events to publish, oldest first. */
  readonly events: readonly PendingEvent[];
}

/** Why an image was rejected. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The fields of every record. Times are ISO 8601 in UTC with milliseconds. */
export interface AnyRecord<Status extends ImageStatus> {
  readonly imageId: ImageId;
  readonly key: OriginalKey;
  readonly version: Version;
  /** Counts the writes of this row, from 1: an edit changes a record, and is no version. */
  readonly edition: number;
  readonly status: Status;
  /** When the original was stored. */
  readonly createdAt: string;
  readonly fileName: string;
  /** Tags of what the picture shows, the most confident first; empty if there are no renditions. */
  readonly tags: readonly string[];
}

/** The fields of every settled record. */
export interface SettledRecord<Status extends ImageStatus> extends AnyRecord<Status> {
  /** When it was settled. */
  readonly processedAt: string;
  /** Digest of the configuration that it was settled under. */
  readonly configuration: string;
  readonly outbox?: Outbox;
}

/** The fields of every record whose original exists. */
export interface LivingRecord extends Edits {
  /** Whose image it is, where the configuration says how that is known. */
  readonly owner?: string;
}

/** An original that was uploaded and that nobody has settled yet. */
export interface PendingRecord extends AnyRecord<"pending">, LivingRecord {
  readonly renditions: readonly [];
  readonly configuration: "";
  /** The events of edits that are not published yet. */
  readonly outbox?: Outbox;
}

/** The fields of every record of a processed original. */
export interface AnyProcessedRecord<Status extends ImageStatus> extends SettledRecord<Status>, LivingRecord {
  /** The etag of that original. */
  readonly etag: Etag;
}

/** An image whose renditions are stored. */
export interface ReadyRecord extends AnyProcessedRecord<"ready"> {
  /** SHA-256 of the original, 64 hexadecimal digits. */
  readonly contentHash: string;
  readonly source: Source;
  readonly exif?: ExifFacts;
  readonly rights?: Rights;
  readonly placeholder?: Placeholder;
  /** Digest of the tagging configuration that `tags` were found under; absent when nobody was asked or the tagger failed. */
  readonly tagging?: string;
  readonly renditions: readonly Rendition[];
  /** Keys of this picture that earlier records named and that the CDN may still hold, oldest first, at most {@link MAX_DROPPED}. */
  readonly dropped?: readonly RenditionKey[];
}

/** Most keys in `dropped`: enough for many re-renderings and small enough for a row. Older keys are invalidated. */
export const MAX_DROPPED = 100;

/** An original of which no image could or should be made. */
export interface RejectedRecord extends AnyProcessedRecord<"rejected"> {
  readonly renditions: readonly [];
  /** As of a {@link ReadyRecord}; absent where the original was too large to be read. */
  readonly contentHash?: string;
  /** Absent where the original could not be understood. */
  readonly source?: Source;
  readonly failure: Failure;
}

/** A tombstone: what is left of an image that was removed. */
export interface RemovedRecord extends SettledRecord<"removed"> {
  readonly renditions: readonly [];
  /** It may be purged after this time; set once its outbox is done. */
  readonly expiresAt?: string;
}

/** Each of the types with none of what only the others have: a field of another one is known to be absent. */
export type OneOf<
  Union,
  Key extends PropertyKey = Union extends unknown ? keyof Union : never,
> = Union extends unknown ? Union & { readonly [Other in Exclude<Key, keyof Union>]?: never } : never;

/** The record of one image, by its status: one row of the metadata repository. */
export type ImageRecord = OneOf<PendingRecord | ReadyRecord | RejectedRecord | RemovedRecord>;

/** A record of what was made from an original, or of why nothing was. */
export type ProcessedRecord = Extract<ImageRecord, { readonly status: "ready" | "rejected" }>;

/** Whether a record says what was made from an original: it is neither pending nor removed. */
export function isProcessed(record: ImageRecord | undefined): record is ProcessedRecord {
  return record?.status === "ready" || record?.status === "rejected";
}

/** A rendition as people and programs see it. The URL is derived when read: domains change and signatures expire. */
export type RenditionDescription = Omit<Rendition, "recipe"> & { readonly url?: string };

/** The public fields of a record, in this order. */
const SHOWN = [
  "imageId",
  "key",
  "status",
  "createdAt",
  "processedAt",
  "fileName",
  "owner",
  "title",
  "alt",
  "focalPoint",
  "source",
  "exif",
  "rights",
  "placeholder",
  "tags",
  "renditions",
  "urls",
  "failure",
] as const;

/** The public part of a record. */
export type Described<Record> = Record extends ImageRecord
  ? Omit<
      Record,
      | "version"
      | "edition"
      | "configuration"
      | "contentHash"
      | "tagging"
      | "outbox"
      | "dropped"
      | "expiresAt"
      | "renditions"
    > & {
      readonly renditions: readonly RenditionDescription[];
      /**
       * One URL for each spec, by its name, as for `src` of an `img`. Where the spec has several formats, it is answered
       * with the best one that `Accept` allows, if whoever serves renditions can do that; else it is the last one's.
       */
      readonly urls: { readonly [name: string]: string };
    }
  : never;

/** A record as JSON: the same on the command line, over HTTP and in events. */
export type ImageDescription = Described<ImageRecord>;

/** The URLs of an image: `files` of its renditions, in their order, and `specs` one for each name. */
export interface ImageUrls {
  readonly files: readonly string[];
  readonly specs: Readonly<Record<string, string>>;
}

/** Returns the public part of a record, with its URLs. */
export function describeRecord(
  record: ImageRecord,
  { files, specs }: ImageUrls = { files: [], specs: {} },
): ImageDescription {
  const renditions = record.renditions.map(({ name, key, recipe: _, ...rest }: Rendition, index) => {
    const url = files[index];
    return url === undefined ? { name, key, ...rest } : { name, key, url, ...rest };
  });
  const all = { ...record, renditions, urls: specs };
  // Which fields a status has is the record's to say; a choice of fields leaves it as it was.
  return Object.fromEntries(
    SHOWN.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])),
  ) as unknown as ImageDescription;
}
