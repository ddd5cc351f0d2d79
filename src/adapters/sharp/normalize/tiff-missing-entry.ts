import { readNumbers, type TiffEntry, type TiffStructure } from "../inspect/tiff-structure.js";
import { isNamedTag } from "./tiff-tag-names.js";

/** An entry that is not there, as bytes. */
export interface MissingEntry {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

/** Tags of TIFF 6.0, section 8. */
const TAG = {
  bitsPerSample: 258,
  photometric: 262,
  samplesPerPixel: 277,
  extraSamples: 338,
  sampleFormat: 339,
};

const SHORT = 3;

/** The channels of colors by photometric interpretation: white is zero, black is zero, RGB, a palette, CMYK. */
const COLORS: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4 };

/**
 * Creates the entry that tells of a channel beside the colors, where the picture has one and its tag is missing: decoders warn of
 * that, and take it for what this entry says. `undefined` where nothing is missing, or where it may be damaged instead.
 */
export function createMissingEntry(
  structure: TiffStructure,
  entries: readonly TiffEntry[],
): MissingEntry | undefined {
  const find = (tag: number) => entries.find((entry) => entry.tag === tag);
  const read = (tag: number) => readNumbers(structure, find(tag), 1)?.[0];
  const samples = read(TAG.samplesPerPixel) ?? 1;
  const colors = COLORS[read(TAG.photometric) ?? -1];
  if (colors === undefined || samples !== colors + 1 || find(TAG.extraSamples)) return undefined;
  const hasCount = (tag: number) => [undefined, 1, samples].includes(find(tag)?.count);
  const isUnnamedNumber = ({ tag, type, count }: TiffEntry) =>
    type === SHORT && count === 1 && !isNamedTag(tag);
  if (!hasCount(TAG.bitsPerSample) || find(TAG.sampleFormat)?.count === 1 || entries.some(isUnnamedNumber))
    return undefined;
  return { tag: TAG.extraSamples, bytes: writeEntry(structure, TAG.extraSamples) };
}

/** Writes an entry of one number, 0. */
function writeEntry({ layout }: TiffStructure, tag: number): Uint8Array {
  const { little, entryBytes } = layout;
  const view = new DataView(new ArrayBuffer(entryBytes));
  view.setUint16(0, tag, little);
  view.setUint16(2, SHORT, little);
  if (entryBytes === 12) view.setUint32(4, 1, little);
  else view.setBigUint64(4, 1n, little);
  return new Uint8Array(view.buffer);
}
