import {
  ASCII,
  listEntries,
  openTiff,
  readNumbers,
  type TiffEntry,
  type TiffStructure,
  UNDEFINED,
  UTF8,
} from "./tiff-structure.js";

/** The entries of one directory of a TIFF structure, by tag. */
export interface TiffDirectory {
  /**
   * Reads the parts of a text that its NULs end: one, but for tags that hold several. Empty unless the tag is there, is
   * text and lies inside the block.
   */
  readTexts(tag: number): readonly string[];
  /** Reads the first `count` numbers of a tag; `undefined` unless all are there and none divides by zero. */
  readNumbers(tag: number, count: number): readonly number[] | undefined;
  /** Reads the directory that a tag points to. */
  readDirectory(tag: number): TiffDirectory | undefined;
}

/** Cameras write fewer than a hundred. */
const MAX_ENTRIES = 1_000;

/** Those of texts, and UNDEFINED, as which some programs write them. */
const TEXT_TYPES: ReadonlySet<number> = new Set([ASCII, UNDEFINED, UTF8]);

/** Texts are cut here: a directory may claim gigabytes. */
const MAX_TEXT_BYTES = 1_024;

/**
 * The first directory of a TIFF or of an EXIF block; `undefined` for what is none. The block is hostile: a value is read
 * only when it is asked for and never more of it than was asked, because 64 KiB whose entries all claim the rest of the
 * block would unfold to gigabytes.
 */
export function readTiff(bytes: Uint8Array): TiffDirectory | undefined {
  const structure = openTiff(bytes);
  return structure && readDirectory(structure);
}

function readDirectory(structure: TiffStructure): TiffDirectory | undefined {
  const { view, layout, offset } = structure;
  if (offset + layout.entryCountBytes > view.byteLength) return undefined;
  const entries = new Map<number, TiffEntry>();
  for (const entry of listEntries(structure, MAX_ENTRIES))
    if (entry.bytes > 0 && !entries.has(entry.tag)) entries.set(entry.tag, entry);
  return {
    readTexts: (tag) => readTexts(view, entries.get(tag)),
    readNumbers: (tag, wanted) => readNumbers(structure, entries.get(tag), wanted),
    readDirectory: (tag) => {
      const [pointer] = readNumbers(structure, entries.get(tag), 1) ?? [];
      return pointer === undefined || pointer < 8
        ? undefined
        : readDirectory({ view, layout, offset: pointer });
    },
  };
}

function readTexts(view: DataView, entry: TiffEntry | undefined): readonly string[] {
  if (!entry || !TEXT_TYPES.has(entry.type)) return [];
  if (entry.at + entry.count > view.byteLength) return [];
  const length = Math.min(entry.count, MAX_TEXT_BYTES);
  const bytes = new Uint8Array(view.buffer, view.byteOffset + entry.at, length);
  const texts: string[] = [];
  for (let at = 0; at < length; ) {
    const end = bytes.indexOf(0, at);
    texts.push(decodeText(bytes.subarray(at, end < 0 ? length : end), entry.type));
    if (end < 0) break;
    at = end + 1;
  }
  return texts;
}

/** The standard says ASCII. Today's writers put UTF-8 there, yesterday's whatever their computer used. */
function decodeText(bytes: Uint8Array, type: number): string {
  const text = new TextDecoder("utf-8").decode(bytes);
  // A text that was cut may end in half a character.
  const whole = bytes.length < MAX_TEXT_BYTES ? text : text.slice(0, -1);
  return type === UTF8 || !whole.includes("\ufffd") ? text : new TextDecoder("latin1").decode(bytes);
}
