import type { ErrorCode } from "./errors.js";
import type { ImageFormat } from "./image-format.js";
import type { ImageId } from "./image-id.js";
import type { ExifFacts, Placeholder } from "./image-metadata.js";
import type { PendingEvent } from "./pending-event.js";
import type { Rendition } from "./rendition.js";
import type { Version } from "./version.js";

/** `removed` is a tombstone: it keeps a late delivery from bringing the image back. */
export type ImageStatus = "pending" | "ready" | "rejected" | "removed";

/** The statuses, for validation and for generators. */
export const IMAGE_STATUSES: readonly ImageStatus[] = ["pending", "ready", "rejected", "removed"];

/** What is known about the original's bytes. `width` and `height` are of the upright picture, in pixels. */
export interface Source {
  readonly format: ImageFormat;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly orientation: number;
  readonly colourSpace: string;
  readonly hasAlpha: boolean;
  readonly frames: number;
}

/** Work that a commit promised and that is not known to be done. It is worked off in the order of its fields, after cleaning up. */
export interface Outbox {
  /** Rendition keys that the CDN may still hold. */
  readonly forget: readonly string[];
  /** Events to publish, oldest first. */
  readonly events: readonly PendingEvent[];
}

/** Why an image was rejected. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What is known about one image: one row of the metadata repository. Times are ISO 8601 in UTC with milliseconds. */
export interface ImageRecord {
  readonly imageId: ImageId;
  readonly key: string;
  readonly version: Version;
  readonly status: ImageStatus;
  /** When the original was stored. */
  readonly createdAt: string;
  /** When this version was committed; absent while pending. */
  readonly processedAt?: string;
  readonly fileName: string;
  /** Digest of the configuration that the renditions were made under; empty while pending. */
  readonly configuration: string;
  /** SHA-256 of the original that was settled, 64 hexadecimal digits; absent while unknown (pending, removed, too large to be read). */
  readonly contentHash?: string;
  readonly source?: Source;
  readonly exif?: ExifFacts;
  readonly placeholder?: Placeholder;
  /** What can be seen, the surest first. */
  readonly tags: readonly string[];
  /** Digest of the tagging configuration that `tags` were found under; absent when nobody was asked or the tagger failed. */
  readonly tagging?: string;
  readonly renditions: readonly Rendition[];
  readonly failure?: Failure;
  readonly outbox?: Outbox;
  /** A tombstone may be purged after this time; set once its outbox is done. */
  readonly expiresAt?: string;
}

/** A rendition as people and programs see it. The URL is derived when read: domains change and signatures expire. */
export type RenditionDescription = Rendition & { readonly url?: string };

/** A record as JSON: the same on the command line, over HTTP and in events. */
export interface ImageDescription
  extends Omit<
    ImageRecord,
    "version" | "configuration" | "contentHash" | "tagging" | "outbox" | "expiresAt" | "renditions"
  > {
  readonly renditions: readonly RenditionDescription[];
}

/** What of a record is shown to others; `urls` are those of its renditions, in their order. */
export function describeRecord(record: ImageRecord, urls: readonly string[] = []): ImageDescription {
  const { imageId, key, status, createdAt, processedAt, fileName, source, exif, placeholder, tags, failure } =
    record;
  const renditions = record.renditions.map(({ name, key, ...rest }, index) => {
    const url = urls[index];
    return url === undefined ? { name, key, ...rest } : { name, key, url, ...rest };
  });
  return {
    imageId,
    key,
    status,
    createdAt,
    ...(processedAt !== undefined && { processedAt }),
    fileName,
    ...(source && { source }),
    ...(exif && { exif }),
    ...(placeholder && { placeholder }),
    tags,
    renditions,
    ...(failure && { failure }),
  };
}
