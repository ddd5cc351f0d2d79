import type { ImageId } from "./image-id.js";

/**
 * A kind of finding about one image; but for the last three, of damage at rest.
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
 *
 * Two kinds are no damage, but a difference between how it was settled and how it would be settled now:
 * - `outdated-configuration`: it was settled under another configuration.
 * - `other-engine`: it was settled under this configuration, by another engine or another version of it.
 *
 * One says that nobody knows:
 * - `unreadable`: a store does not let its original or its files be read. It stays as it is.
 */
export type FindingKind = (typeof FINDING_KINDS)[number];

/** The kinds of damage. */
export const DAMAGE_KINDS = [
  "missing-rendition",
  "orphaned-rendition",
  "stuck-pending",
  "unfinished-outbox",
  "unrecorded-original",
  "missing-original",
  "outdated-record",
  "outdated-rendition",
  "crashed-decoding",
  "expired-tombstone",
] as const;

/** All kinds of findings. */
export const FINDING_KINDS = [
  ...DAMAGE_KINDS,
  "outdated-configuration",
  "other-engine",
  "unreadable",
] as const;

/** The differences between the specs that an image was rendered by and those that would be rendered now, by name. */
export interface SpecChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** One thing that is wrong with one image. */
export interface Finding {
  readonly kind: FindingKind;
  readonly imageId: ImageId;
  /** The original's key, or the prefix of a folder that is `unreadable`; absent where only files below the image's id are left. */
  readonly key?: string;
  /** The key of the rendition, where the finding is about one. */
  readonly rendition?: string;
  /** Of `outdated-configuration`, where the image has renditions. */
  readonly specs?: SpecChanges;
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
