import {
  countEntries,
  listEntries,
  openTiff,
  readNextOffset,
  readNumbers,
  type TiffStructure,
} from "../inspect/tiff-structure.js";
import { PIXEL_TAGS } from "../normalize/normalize-tiff.js";
import { nameTiffTag } from "../normalize/tiff-tag-names.js";

const MAX_ENTRIES = 4_096;

/** More strips or tiles are not looked at: the reason is for people. */
const MAX_STRIPS = 10_000;

/** The tags of offsets and of lengths, of strips and of tiles. */
const PIECES = [
  { name: "strip", offsets: 273, lengths: 279 },
  { name: "tile", offsets: 324, lengths: 325 },
] as const;

/** Tells which part of a TIFF lies beyond its end; `undefined` where none does. */
export function describeTiffDamage(bytes: Uint8Array): string | undefined {
  const structure = openTiff(bytes);
  const count = structure && countEntries(structure);
  if (!structure || count === undefined) return "a directory beyond the end of the file";
  const entries = listEntries(structure, MAX_ENTRIES);
  if (entries.length < Math.min(count, MAX_ENTRIES)) return "a directory that the file ends in";
  const far = entries.find(({ tag, at, bytes: size }) => PIXEL_TAGS.has(tag) && at + size > bytes.length);
  if (far) return `${nameTiffTag(far.tag)} with its value beyond the end of the file`;
  return describeFarPiece(structure) ?? describeNextDirectory(structure);
}

function describeFarPiece(structure: TiffStructure): string | undefined {
  const entries = listEntries(structure, MAX_ENTRIES);
  for (const { name, offsets, lengths } of PIECES) {
    const entry = entries.find(({ tag }) => tag === offsets);
    if (!entry) continue;
    const read = (tag: number) =>
      readNumbers(
        structure,
        entries.find((each) => each.tag === tag),
        Math.min(entry.count, MAX_STRIPS),
      ) ?? [];
    const sizes = read(lengths);
    const far = read(offsets).findIndex((at, index) => at + (sizes[index] ?? 0) > structure.view.byteLength);
    if (far >= 0) return `the ${name} ${far} beyond the end of the file`;
  }
  return undefined;
}

function describeNextDirectory(structure: TiffStructure): string | undefined {
  const next = readNextOffset(structure);
  if (next === undefined) return "a directory that the file ends in";
  return next >= structure.view.byteLength
    ? "the directory of the next page beyond the end of the file"
    : undefined;
}
