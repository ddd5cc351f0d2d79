import { invalidInput } from "./errors.js";

/**
 * The place of one settlement in the history of one key. `sequencer` is the store's own order of changes, in the
 * normal form of {@link normaliseSequencer}; `revision` counts what people asked for since that change (0 for the
 * change itself). Versions are comparable only within one key.
 */
export interface Version {
  readonly sequencer: string;
  readonly revision: number;
}

/** Older than every version that a change or an ask can have: what an upload writes before anything is settled. */
export const PENDING_VERSION: Version = { sequencer: "", revision: 0 };

/**
 * Brings a store's sequencer into its normal form. Amazon S3 documents sequencers as hexadecimal of differing
 * length, to be right-padded with zeros and compared as text; upper-casing and dropping the zeros at the end gives
 * one spelling to each value and the same order under plain comparison. Throws `invalid-input` for anything else.
 */
export function normaliseSequencer(sequencer: string): string {
  if (!/^[0-9A-Fa-f]{1,128}$/.test(sequencer))
    throw invalidInput("1 to 128 hexadecimal digits", "sequencer", sequencer);
  return sequencer.toUpperCase().replace(/0+$/, "");
}

/** Negative when `a` is older than `b`, zero when they are the same version, positive when `a` is newer. */
export function compareVersions(a: Version, b: Version): number {
  if (a.sequencer !== b.sequencer) return a.sequencer < b.sequencer ? -1 : 1;
  return a.revision - b.revision;
}

/** The version of the next ask about an image whose record is at `current` (`undefined`: no record yet). */
export function nextRevision(current: Version | undefined): Version {
  const { sequencer, revision } = current ?? PENDING_VERSION;
  return { sequencer, revision: revision + 1 };
}

/** A version as one path segment, `<sequencer>-<revision>`; the empty sequencer is written `0`. */
export function versionLabel({ sequencer, revision }: Version): string {
  return `${sequencer || "0"}-${revision}`;
}

/** The inverse of {@link versionLabel}; `undefined` for any other text. */
export function parseVersionLabel(label: string): Version | undefined {
  const match = /^(0|[0-9A-F]*[1-9A-F])-(0|[1-9][0-9]{0,14})$/.exec(label);
  if (!match) return undefined;
  const [, sequencer = "", revision] = match;
  return { sequencer: sequencer === "0" ? "" : sequencer, revision: Number(revision) };
}
