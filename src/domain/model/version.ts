import type { Branded } from "./brand.js";
import { invalidInput } from "./errors.js";

/**
 * The place of one settlement in the history of one key. `epoch` counts the stores that the original has lain in: the
 * sequencers of two stores cannot be compared. `sequencer` is the store's own order of changes, opaque text that is
 * compared by ASCII code; it is empty before the store's first change. `revision` counts the requests since
 * that change (0 for the change itself). Versions are comparable only within one key.
 */
export type Version = Branded<"Version", Required<VersionParts>>;

/** The parts of a version. */
export interface VersionParts {
  /** Default 0: the original has never moved. */
  readonly epoch?: number;
  readonly sequencer: string;
  readonly revision: number;
}

const SEQUENCER = /^[0-9A-Za-z_]{1,128}$/;

/**
 * The version of these parts. Throws `invalid-input` for a sequencer that is neither empty nor 1 to 128 characters of
 * `0-9 A-Z a-z _`, and for an epoch or a revision that is no whole number from 0 to 2^53 - 1.
 */
export function version({ epoch = 0, sequencer, revision }: VersionParts): Version {
  return {
    epoch: checkCount("epoch", epoch),
    sequencer: sequencer === "" ? "" : checkSequencer(sequencer),
    revision: checkCount("revision", revision),
  } as Version;
}

/** Older than every version that a change or a request can have: what an upload writes before anything is settled. */
export const PENDING_VERSION: Version = version({ sequencer: "", revision: 0 });

/**
 * The version of a store's own change to an image whose record is at `met` (`undefined`: no record yet): the store does
 * not know how many others there were before it. Throws `invalid-input` for a sequencer that no change can have, the empty one included.
 */
export function deriveChangeVersion(sequencer: string, met?: Version): Version {
  return version({ epoch: met?.epoch, sequencer: checkSequencer(sequencer), revision: 0 });
}

/** Negative when `a` is older than `b`, zero when they are the same version, positive when `a` is newer. */
export function compareVersions(a: Version, b: Version): number {
  if (a.epoch !== b.epoch) return a.epoch - b.epoch;
  if (a.sequencer !== b.sequencer) return a.sequencer < b.sequencer ? -1 : 1;
  return a.revision - b.revision;
}

/** The version of the next request for an image whose record is at `current` (`undefined`: no record yet). */
export function incrementRevision(current: Version | undefined): Version {
  const { revision, ...place } = current ?? PENDING_VERSION;
  return version({ ...place, revision: revision + 1 });
}

/**
 * The version that a record gets when its original moves to another store, whose sequencers begin anew: newer than all
 * that the old store has said, and older than all that the new one will say.
 */
export function deriveMovedVersion({ epoch }: Version): Version {
  return version({ epoch: epoch + 1, sequencer: "", revision: 0 });
}

/** A version as one path segment, `<epoch>-<sequencer>-<revision>`: different versions have different labels. */
export function toVersionLabel({ epoch, sequencer, revision }: Version): string {
  return `${epoch}-${sequencer}-${revision}`;
}

/** The inverse of {@link toVersionLabel}; `undefined` for text that is the label of no version. */
export function parseVersionLabel(label: string): Version | undefined {
  const [, first, sequencer = "", last] = LABEL.exec(label) ?? [];
  const [epoch, revision] = [Number(first), Number(last)];
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(revision)) return undefined;
  return version({ epoch, sequencer, revision });
}

const LABEL = /^(0|[1-9][0-9]{0,15})-([0-9A-Za-z_]{0,128})-(0|[1-9][0-9]{0,15})$/;

function checkCount(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw invalidInput("a whole number of at least 0", `version.${name}`, value);
  // Without its sign, since minus zero would be another version wherever it is written as text.
  return Math.abs(value);
}

function checkSequencer(sequencer: string): string {
  if (typeof sequencer !== "string" || !SEQUENCER.test(sequencer))
    throw invalidInput("1 to 128 characters of 0-9 A-Z a-z _", "version.sequencer", sequencer);
  return sequencer;
}
