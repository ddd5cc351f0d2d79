import {
  ASCII,
  countEntries,
  listEntries,
  openTiff,
  readNextOffset,
  readNumbers,
  type TiffEntry,
  type TiffStructure,
  TYPES,
} from "../inspect/tiff-structure.js";
import type { NormalizedOriginal } from "./normalized-original.js";
import { hasDisplacedTag } from "./tiff-displaced-tags.js";
import { createMissingEntry, type MissingEntry } from "./tiff-missing-entry.js";
import { nameTiffTag, TIFF_TAG } from "./tiff-tag-names.js";

/** libtiff reads no directory of more. */
const MAX_ENTRIES = 4_096;

/** More pages are nobody's, and are left to the decoder. */
const MAX_PAGES = 10_000;

/** Tags that say how pixels are stored: a fault in one of them is the decoder's to judge. */
export const PIXEL_TAGS: ReadonlySet<number> = new Set([
  // Size, samples and their meaning.
  ...[256, 257, 258, 262, 266, 277, 284, 317, 320, 332, 338, 339],
  // Compression, strips and tiles.
  ...[259, 273, 278, 279, 292, 293, 322, 323, 324, 325, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521],
  // Luminance, color differences, their scale, and the parameters of LERC.
  ...[529, 530, 531, 532, 37439, 50674],
]);

/** The types whose values are bytes: of opaque blocks, and of what some write instead. */
const BYTE_TYPES: ReadonlySet<number> = new Set([1, ASCII, 6, 7]);

/** Tags that are carried on with the pixels or turn them, and whether an entry of them is as decoders expect it. */
const CARRIED_TAGS: ReadonlyMap<number, Check> = new Map([
  [TIFF_TAG.orientation, createNumberCheck(1, 8)],
  [TIFF_TAG.xResolution, createNumberCheck(0, Number.MAX_VALUE)],
  [TIFF_TAG.yResolution, createNumberCheck(0, Number.MAX_VALUE)],
  [TIFF_TAG.resolutionUnit, createNumberCheck(1, 3)],
  [TIFF_TAG.xmp, isBlock],
  [TIFF_TAG.iptc, (structure, entry) => isBlock(structure, entry) || isBlockOfLongs(structure, entry)],
  [TIFF_TAG.photoshop, isBlock],
  [TIFF_TAG.icc, isBlock],
]);

type Check = (structure: TiffStructure, entry: TiffEntry) => boolean;

/**
 * Takes out of a TIFF the tags that say nothing about its pixels, of its first directory: decoders refuse a picture for
 * a text without its NUL, although nobody sees it. The faults among them are the warnings. Nor are there other pages: the
 * first is the picture. Where the tag is missing that tells of a channel beside the colors, it is added. The pixels stay
 * where they are.
 */
export function normalizeTiff(bytes: Uint8Array): NormalizedOriginal {
  const structure = openTiff(bytes);
  // Where a directory is cut off, the file is.
  if (!structure || !isChainWhole(structure) || (countEntries(structure) ?? 0) > MAX_ENTRIES)
    return { bytes, warnings: [] };
  const entries = listEntries(structure, MAX_ENTRIES);
  if (hasDisplacedTag(structure, entries)) return { bytes, warnings: [] };
  const kept = entries.filter((entry, index) => isKept(structure, entry, entries[index - 1]));
  const sorted = kept.toSorted((a, b) => a.tag - b.tag);
  const isSorted = sorted.every((entry, index) => entry === kept[index]);
  const missing = createMissingEntry(structure, entries);
  if (!missing && isSorted && kept.length === entries.length && readNextOffset(structure) === 0)
    return { bytes, warnings: [] };
  const warnings = entries.flatMap((entry) => findFault(structure, entry) ?? []);
  if (missing) warnings.push(`${nameTiffTag(missing.tag)} is missing`);
  const isAscending = entries.every(({ tag }, index) => tag > (entries[index - 1]?.tag ?? -1));
  return {
    bytes: writeDirectory(bytes, structure, sorted, missing),
    warnings: isAscending ? warnings : [...warnings, "the tags are not in ascending order"],
  };
}

/** Whether all directories lie inside the file. Only the first is read for its pixels, and a chain that loops ends there. */
function isChainWhole(structure: TiffStructure): boolean {
  const seen = new Set<number>();
  for (let offset: number | undefined = structure.offset; offset !== 0 && !seen.has(offset); ) {
    seen.add(offset);
    offset = readNextOffset({ ...structure, offset });
    if (offset === undefined || seen.size > MAX_PAGES) return false;
  }
  return true;
}

function isKept(structure: TiffStructure, entry: TiffEntry, before: TiffEntry | undefined): boolean {
  if (PIXEL_TAGS.has(entry.tag)) return true;
  return before?.tag !== entry.tag && CARRIED_TAGS.get(entry.tag)?.(structure, entry) === true;
}

function createNumberCheck(least: number, most: number): Check {
  return (structure, entry) => {
    const [value] = readNumbers(structure, entry, 1) ?? [];
    return entry.count === 1 && value !== undefined && value >= least && value <= most;
  };
}

function isBlock(structure: TiffStructure, entry: TiffEntry): boolean {
  return BYTE_TYPES.has(entry.type) && entry.count > 0 && isInside(structure, entry);
}

function isBlockOfLongs(structure: TiffStructure, entry: TiffEntry): boolean {
  return entry.type === 4 && entry.count > 0 && isInside(structure, entry);
}

function isInside({ view }: TiffStructure, { at, bytes }: TiffEntry): boolean {
  return at + bytes <= view.byteLength;
}

/** Tells what is wrong with an entry that says nothing about pixels; `undefined` where decoders find no fault. */
function findFault(structure: TiffStructure, entry: TiffEntry): string | undefined {
  const { tag, type, count, at, bytes } = entry;
  const name = nameTiffTag(tag);
  if (PIXEL_TAGS.has(tag)) return undefined;
  if (TYPES[type] === undefined) return `${name} has the unknown type ${type}`;
  if (!isInside(structure, entry)) return `${name} has its value beyond the end of the file`;
  if (type === ASCII && (bytes === 0 || structure.view.getUint8(at + count - 1) !== 0))
    return `${name} does not end in a NUL`;
  if (CARRIED_TAGS.get(tag)?.(structure, entry) !== false) return undefined;
  const [value] = readNumbers(structure, entry, 1) ?? [];
  return value === undefined || count !== 1
    ? `${name} has a value that it cannot have`
    : `${name} has the value ${value}`;
}

/** Writes the entries in the place of all, or at the end of the file if there are more of them, and no page behind them. */
function writeDirectory(
  bytes: Uint8Array,
  structure: TiffStructure,
  entries: readonly TiffEntry[],
  added: MissingEntry | undefined,
): Uint8Array {
  const { offset, layout } = structure;
  const { little, entryCountBytes, entryBytes, offsetBytes } = layout;
  const written = entries.map(({ tag, start }) => ({
    tag,
    bytes: bytes.subarray(start, start + entryBytes),
  }));
  if (added) written.push(added);
  const head = Buffer.alloc(entryCountBytes);
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (entryCountBytes === 2) view.setUint16(0, written.length, little);
  else view.setBigUint64(0, BigInt(written.length), little);
  const sorted = written.toSorted((a, b) => a.tag - b.tag).map((entry) => entry.bytes);
  const directory = Buffer.concat([head, ...sorted, Buffer.alloc(offsetBytes)]);
  if (written.length > (countEntries(structure) ?? 0)) return appendDirectory(bytes, structure, directory);
  const copy = Buffer.from(bytes);
  directory.copy(copy, offset);
  return copy;
}

function appendDirectory(bytes: Uint8Array, { layout }: TiffStructure, directory: Uint8Array): Uint8Array {
  // Directories begin at even offsets (TIFF 6.0, section 2).
  const copy = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2), directory]);
  const view = new DataView(copy.buffer, copy.byteOffset, copy.length);
  const at = copy.length - directory.length;
  if (layout.offsetBytes === 4) view.setUint32(4, at, layout.little);
  else view.setBigUint64(8, BigInt(at), layout.little);
  return copy;
}
