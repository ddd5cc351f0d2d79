import {
  ASCII,
  listEntries,
  readNumbers,
  type TiffEntry,
  type TiffStructure,
  UTF8,
} from "../inspect/tiff-structure.js";
import { isNamedTag } from "./tiff-tag-names.js";

/** Tags of texts. */
const TEXTS: ReadonlySet<number> = new Set([269, 270, 271, 272, 285, 305, 306, 315, 316, 333, 337, 33432]);

/** Tags of rational numbers, and of pairs: no decoder needs them. */
const RATIONALS: ReadonlySet<number> = new Set([318, 319]);
const PAIRS: ReadonlySet<number> = new Set([297, 321, 336]);

/** The types of texts and bytes, and those of whole numbers. */
const BYTES: ReadonlySet<number> = new Set([1, ASCII, 7, UTF8]);
const INTEGERS: ReadonlySet<number> = new Set([3, 4, 8, 9, 13, 16, 17, 18]);

/** Tags of pixels that a decoder can do without, with the value that it then takes. */
const DEFAULTS: ReadonlyMap<number, number> = new Map([
  [266, 1],
  [284, 1],
  [317, 1],
  [332, 1],
  [339, 1],
]);

const SAMPLES_PER_PIXEL = 277;
const MAX_ENTRIES = 4_096;

/** From this tag on they belong to companies. */
const PRIVATE = 32_768;

/**
 * Whether one of the entries may be that of another tag, whose number got damaged: a number in the place of a text, or an
 * entry out of order that nobody knows or that changes pixels. A decoder would take the default of the tag that is lost.
 */
export function hasDisplacedTag(structure: TiffStructure, entries: readonly TiffEntry[]): boolean {
  const displaced = listInverted(entries);
  return entries.some(
    (entry) => hasForeignType(structure, entry) || (displaced.has(entry) && !isHarmless(structure, entry)),
  );
}

function hasForeignType(structure: TiffStructure, entry: TiffEntry): boolean {
  const { tag, type } = entry;
  if (!INTEGERS.has(type)) return false;
  return TEXTS.has(tag) || RATIONALS.has(tag) || (PAIRS.has(tag) && !isPair(structure, entry));
}

/** Whether an entry is a pair, one for each sample, or a number that no tag of pixels would change anything by. */
function isPair(structure: TiffStructure, entry: TiffEntry): boolean {
  if (entry.count === 1) return (readNumbers(structure, entry, 1)?.[0] ?? 2) <= 1;
  const samples = listEntries(structure, MAX_ENTRIES).find(({ tag }) => tag === SAMPLES_PER_PIXEL);
  return entry.count === 2 || entry.count === 2 * (readNumbers(structure, samples, 1)?.[0] ?? 1);
}

function isHarmless(structure: TiffStructure, entry: TiffEntry): boolean {
  const usual = DEFAULTS.get(entry.tag);
  if (usual !== undefined) return readNumbers(structure, entry, 1)?.[0] === usual;
  return isNamedTag(entry.tag) || (entry.tag >= PRIVATE && BYTES.has(entry.type));
}

/** The entries that stand behind a larger tag, or before a smaller one. */
function listInverted(entries: readonly TiffEntry[]): ReadonlySet<TiffEntry> {
  const inverted = new Set<TiffEntry>();
  let most = -1;
  for (const entry of entries) {
    if (entry.tag <= most) inverted.add(entry);
    most = Math.max(most, entry.tag);
  }
  let least = Number.POSITIVE_INFINITY;
  for (const entry of entries.toReversed()) {
    if (entry.tag >= least) inverted.add(entry);
    least = Math.min(least, entry.tag);
  }
  return inverted;
}
