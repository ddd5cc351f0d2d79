import type { Branded } from "./brand.js";
import { invalidInput } from "./errors.js";

/**
 * The place of one settlement in the history of one key. `sequencer` is the store's own order of changes, opaque text
 * that is compared by ASCII code; it is empty before the store's first change. `revision` counts what people asked for
 * since that change (0 for the change itself). Versions are comparable only within one key.
 */
export type Version = Branded<"Version", VersionParts>;

/** What a version is made of. */
export interface VersionParts {
  readonly sequencer: string;
  readonly revision: number;
}

const SEQUENCER = /^[0-9A-Za-z_]{1,128}$/;

/**
 * The version of these parts. Throws `invalid-input` for a sequencer that is neither empty nor 1 to 128 characters of
 * `0-9 A-Z a-z _`, and for a revision that is no whole number from 0 to 2^53 - 1.
 */
export function version({ sequencer, revision }: VersionParts): Version {
  if (!Number.isSafeInteger(revision) || revision < 0)
    throw invalidInput("a whole number of at least 0", "version.revision", revision);
  // Without its sign, since minus zero would be another version wherever it is written as text.
  return { sequencer: sequencer === "" ? "" : checked(sequencer), revision: Math.abs(revision) } as Version;
}

/** Older than every version that a change or an ask can have: what an upload writes before anything is settled. */
export const PENDING_VERSION: Version = version({ sequencer: "", revision: 0 });

/** The version of a store's own change. Throws `invalid-input` for a sequencer that no change can have, the empty one included. */
export function changeVersion(sequencer: string): Version {
  return version({ sequencer: checked(sequencer), revision: 0 });
}

/** Negative when `a` is older than `b`, zero when they are the same version, positive when `a` is newer. */
export function compareVersions(a: Version, b: Version): number {
  if (a.sequencer !== b.sequencer) return a.sequencer < b.sequencer ? -1 : 1;
  return a.revision - b.revision;
}

/** The version of the next ask about an image whose record is at `current` (`undefined`: no record yet). */
export function nextRevision(current: Version | undefined): Version {
  const { sequencer, revision } = current ?? PENDING_VERSION;
  return version({ sequencer, revision: revision + 1 });
}

/** A version as one path segment, `<sequencer>-<revision>`: different versions have different labels. */
export function versionLabel({ sequencer, revision }: Version): string {
  return `${sequencer}-${revision}`;
}

/** The inverse of {@link versionLabel}; `undefined` for text that is the label of no version. */
export function parseVersionLabel(label: string): Version | undefined {
  const [, sequencer = "", digits] = /^([0-9A-Za-z_]{0,128})-(0|[1-9][0-9]{0,15})$/.exec(label) ?? [];
  const revision = Number(digits);
  return Number.isSafeInteger(revision) ? version({ sequencer, revision }) : undefined;
}

function checked(sequencer: string): string {
  if (typeof sequencer !== "string" || !SEQUENCER.test(sequencer))
    throw invalidInput("1 to 128 characters of 0-9 A-Z a-z _", "version.sequencer", sequencer);
  return sequencer;
}
