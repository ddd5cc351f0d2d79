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

interface Entry {
  readonly type: number;
  readonly count: number;
  /** The offset of its values. */
  readonly at: number;
}

/** Cameras write fewer than a hundred. */
const MAX_ENTRIES = 1_000;

/** Texts are cut here: a directory may claim gigabytes. */
const MAX_TEXT_BYTES = 1_024;

/** Reads a number at an offset. */
type Reader = (view: DataView, at: number, little: boolean) => number;

const readNotANumber: Reader = () => Number.NaN;

const readUint16: Reader = (view, at, little) => view.getUint16(at, little);
const readUint32: Reader = (view, at, little) => view.getUint32(at, little);
const readUint64: Reader = (view, at, little) => Number(view.getBigUint64(at, little));

/** The type of texts, and that of texts in UTF-8 (Exif 3.0, 4.6.2). */
const ASCII = 2;
const UTF8 = 129;

/** Bytes of one value by type, BYTE to IFD (TIFF 6.0, section 2), LONG8 to IFD8 (BigTIFF), and how it is read as a number. */
const TYPES: Readonly<Record<number, { readonly size: number; readonly read: Reader }>> = {
  1: { size: 1, read: (view, at) => view.getUint8(at) },
  [ASCII]: { size: 1, read: readNotANumber },
  3: { size: 2, read: readUint16 },
  4: { size: 4, read: readUint32 },
  5: { size: 8, read: (view, at, little) => view.getUint32(at, little) / view.getUint32(at + 4, little) },
  6: { size: 1, read: (view, at) => view.getInt8(at) },
  7: { size: 1, read: readNotANumber },
  8: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  9: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  10: { size: 8, read: (view, at, little) => view.getInt32(at, little) / view.getInt32(at + 4, little) },
  11: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  12: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
  13: { size: 4, read: readUint32 },
  16: { size: 8, read: readUint64 },
  17: { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  18: { size: 8, read: readUint64 },
  [UTF8]: { size: 1, read: readNotANumber },
};

/** The numbers of a directory: their sizes in bytes, and how offsets and counts are read. */
interface Layout {
  readonly little: boolean;
  readonly entryCountBytes: number;
  readonly entryBytes: number;
  /** Of an offset; values of up to as many bytes stand in its place. */
  readonly offsetBytes: number;
  readonly readEntryCount: Reader;
  readonly readOffset: Reader;
}

const CLASSIC = {
  entryCountBytes: 2,
  entryBytes: 12,
  offsetBytes: 4,
  readEntryCount: readUint16,
  readOffset: readUint32,
};

const BIG = {
  entryCountBytes: 8,
  entryBytes: 20,
  offsetBytes: 8,
  readEntryCount: readUint64,
  readOffset: readUint64,
};

/**
 * The first directory of a TIFF, a BigTIFF or an EXIF block, with or without its `Exif` prefix; `undefined` for what is
 * none. The block is hostile: a value is read only when it is asked for and never more of it than was asked, because
 * 64 KiB whose entries all claim the rest of the block would unfold to gigabytes.
 */
export function readTiff(bytes: Uint8Array): TiffDirectory | undefined {
  const start = Buffer.from(bytes.subarray(0, 5)).toString("latin1") === "Exif\0" ? 6 : 0;
  if (bytes.byteLength < start + 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const version = view.getUint16(2, little);
  if (version === 42) return readDirectory(view, view.getUint32(4, little), { little, ...CLASSIC });
  if (version !== 43 || view.byteLength < 16) return undefined;
  return readDirectory(view, readUint64(view, 8, little), { little, ...BIG });
}

function readDirectory(view: DataView, offset: number, layout: Layout): TiffDirectory | undefined {
  const { little, entryCountBytes, entryBytes } = layout;
  const first = offset + entryCountBytes;
  if (first > view.byteLength) return undefined;
  const entries = new Map<number, Entry>();
  const count = Math.min(layout.readEntryCount(view, offset, little), MAX_ENTRIES);
  for (
    let at = first;
    at + entryBytes <= view.byteLength && at < first + count * entryBytes;
    at += entryBytes
  ) {
    const entry = readEntry(view, at, layout);
    const tag = view.getUint16(at, little);
    if (entry && !entries.has(tag)) entries.set(tag, entry);
  }
  return {
    readTexts: (tag) => readTexts(view, entries.get(tag)),
    readNumbers: (tag, wanted) => readNumbers(view, entries.get(tag), wanted, little),
    readDirectory: (tag) => {
      const [pointer] = readNumbers(view, entries.get(tag), 1, little) ?? [];
      return pointer === undefined || pointer < 8 ? undefined : readDirectory(view, pointer, layout);
    },
  };
}

function readEntry(
  view: DataView,
  at: number,
  { little, offsetBytes, readOffset }: Layout,
): Entry | undefined {
  const type = view.getUint16(at + 2, little);
  const count = readOffset(view, at + 4, little);
  const size = TYPES[type]?.size;
  if (!size) return undefined;
  const value = at + 4 + offsetBytes;
  return { type, count, at: size * count <= offsetBytes ? value : readOffset(view, value, little) };
}

function readTexts(view: DataView, entry: Entry | undefined): readonly string[] {
  if (!entry || (entry.type !== ASCII && entry.type !== UTF8)) return [];
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

function readNumbers(
  view: DataView,
  entry: Entry | undefined,
  wanted: number,
  little: boolean,
): readonly number[] | undefined {
  const type = TYPES[entry?.type ?? 0];
  if (!entry || !type || entry.count < wanted || entry.at + type.size * wanted > view.byteLength)
    return undefined;
  const values = Array.from({ length: wanted }, (_, index) =>
    type.read(view, entry.at + index * type.size, little),
  );
  return values.every(Number.isFinite) ? values : undefined;
}
