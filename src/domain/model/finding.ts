import type { ImageId } from "./image-id.js";

/**
 * A kind of damage to an image at rest.
 * - `missing-rendition`: its record names a rendition that is not stored.
 * - `orphaned-rendition`: a file is stored for it that its record does not name.
 * - `stuck-pending`: it waits to be settled, and nobody does.
 * - `unfinished-outbox`: its record still owes a clean-up or an event.
 * - `unrecorded-original`: its original is stored, but it has no record or only a tombstone.
 * - `missing-original`: its record lives, but its original is gone.
 * - `outdated-record`: its record is of another original than the one that is stored.
 * - `outdated-rendition`: its record names a rendition that is not what its configuration and its focal point call for.
 * - `crashed-decoding`: it was rejected because its decoder died, which another try may not repeat.
 * - `expired-tombstone`: it was removed so long ago that its tombstone may go.
 */
export type FindingKind =
  | "missing-rendition"
  | "orphaned-rendition"
  | "stuck-pending"
  | "unfinished-outbox"
  | "unrecorded-original"
  | "missing-original"
  | "outdated-record"
  | "outdated-rendition"
  | "crashed-decoding"
  | "expired-tombstone";

/** One thing that is wrong with one image. */
export interface Finding {
  readonly kind: FindingKind;
  readonly imageId: ImageId;
  /** The original's key; absent where only files below the image's id are left. */
  readonly key?: string;
  /** The key of the rendition, where the finding is about one. */
  readonly rendition?: string;
}

/** A finding and what became of it. */
export interface Diagnosis extends Finding {
  /** Whether it was repaired; also false if no repair was requested. */
  readonly repaired: boolean;
  /** Why it was not repaired, if that is known. */
  readonly problem?: string;
}

/** Equal for equal findings. */
export function identifyFinding({ kind, imageId, rendition = "" }: Finding): string {
  return `${kind} ${imageId} ${rendition}`;
}
