/** One entry of a directory, as it stands there. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** The bytes of all values; 0 for a type that nobody knows. */
  readonly bytes: number;
  /** The offset of the values, which may lie beyond the end. */
  readonly at: number;
  /** The offset of the entry itself. */
  readonly start: number;
}

/** A TIFF structure: its bytes, how its numbers are written, and where its first directory begins. */
export interface TiffStructure {
  readonly view: DataView;
  readonly layout: TiffLayout;
  readonly offset: number;
}

/** Reads a number at an offset. */
type Reader = (view: DataView, at: number, little: boolean) => number;

const readNotANumber: Reader = () => Number.NaN;

const readUint16: Reader = (view, at, little) => view.getUint16(at, little);
const readUint32: Reader = (view, at, little) => view.getUint32(at, little);
const readUint64: Reader = (view, at, little) => Number(view.getBigUint64(at, little));

/** The type of texts, that of any bytes, and that of texts in UTF-8 (Exif 3.0, 4.6.2). */
export const ASCII = 2;
export const UNDEFINED = 7;
export const UTF8 = 129;

/** Bytes of one value by type, BYTE to IFD (TIFF 6.0, section 2), LONG8 to IFD8 (BigTIFF), and how it is read as a number. */
export const TYPES: Readonly<Record<number, { readonly size: number; readonly read: Reader }>> = {
  1: { size: 1, read: (view, at) => view.getUint8(at) },
  [ASCII]: { size: 1, read: readNotANumber },
  3: { size: 2, read: readUint16 },
  4: { size: 4, read: readUint32 },
  5: { size: 8, read: (view, at, little) => view.getUint32(at, little) / view.getUint32(at + 4, little) },
  6: { size: 1, read: (view, at) => view.getInt8(at) },
  [UNDEFINED]: { size: 1, read: readNotANumber },
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
export interface TiffLayout {
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

/** The structure of a TIFF, a BigTIFF or an EXIF block, with or without its `Exif` prefix; `undefined` for what is none. */
export function openTiff(bytes: Uint8Array): TiffStructure | undefined {
  const start = Buffer.from(bytes.subarray(0, 5)).toString("latin1") === "Exif\0" ? 6 : 0;
  if (bytes.byteLength < start + 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const version = view.getUint16(2, little);
  if (version === 42) return { view, offset: view.getUint32(4, little), layout: { little, ...CLASSIC } };
  if (version !== 43 || view.byteLength < 16) return undefined;
  return { view, offset: readUint64(view, 8, little), layout: { little, ...BIG } };
}

/** The number of entries that a directory claims; `undefined` for one beyond the end. */
export function countEntries({ view, layout, offset }: TiffStructure): number | undefined {
  const { little, entryCountBytes, readEntryCount } = layout;
  return offset + entryCountBytes > view.byteLength ? undefined : readEntryCount(view, offset, little);
}

/** The first `most` entries of a directory; fewer where the bytes end. */
export function listEntries(structure: TiffStructure, most: number): readonly TiffEntry[] {
  const { view, layout, offset } = structure;
  const { little, entryCountBytes, entryBytes, offsetBytes, readOffset } = layout;
  const entries: TiffEntry[] = [];
  const claimed = Math.min(countEntries(structure) ?? 0, most);
  for (let index = 0; index < claimed; index++) {
    const start = offset + entryCountBytes + index * entryBytes;
    if (start + entryBytes > view.byteLength) break;
    const type = view.getUint16(start + 2, little);
    const count = readOffset(view, start + 4, little);
    const bytes = (TYPES[type]?.size ?? 0) * count;
    const value = start + 4 + offsetBytes;
    const at = bytes <= offsetBytes ? value : readOffset(view, value, little);
    entries.push({ tag: view.getUint16(start, little), type, count, bytes, at, start });
  }
  return entries;
}

/** The offset of the directory behind this one, 0 if there is none; `undefined` where this one is cut off. */
export function readNextOffset(structure: TiffStructure): number | undefined {
  const { view, layout, offset } = structure;
  const count = countEntries(structure);
  if (count === undefined) return undefined;
  const at = offset + layout.entryCountBytes + count * layout.entryBytes;
  return at + layout.offsetBytes > view.byteLength ? undefined : layout.readOffset(view, at, layout.little);
}

/** Reads the first `wanted` numbers of an entry; `undefined` unless all are there and none divides by zero. */
export function readNumbers(
  { view, layout }: TiffStructure,
  entry: TiffEntry | undefined,
  wanted: number,
): readonly number[] | undefined {
  const type = TYPES[entry?.type ?? 0];
  if (!entry || !type || entry.count < wanted || entry.at + type.size * wanted > view.byteLength)
    return undefined;
  const values = Array.from({ length: wanted }, (_, index) =>
    type.read(view, entry.at + index * type.size, layout.little),
  );
  return values.every(Number.isFinite) ? values : undefined;
}
