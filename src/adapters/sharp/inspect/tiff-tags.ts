/** The entries of one directory of a TIFF structure, by tag. */
export interface TiffDirectory {
  /** Reads a text up to its end; `undefined` unless the tag is there, is text and lies inside the block. */
  readText(tag: number): string | undefined;
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

/** Bytes of one value by type, BYTE to SRATIONAL (TIFF 6.0, section 2), and how it is read as a number. */
const TYPES: Readonly<Record<number, { readonly size: number; readonly read: Reader }>> = {
  1: { size: 1, read: (view, at) => view.getUint8(at) },
  2: { size: 1, read: readNotANumber },
  3: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  4: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  5: { size: 8, read: (view, at, little) => view.getUint32(at, little) / view.getUint32(at + 4, little) },
  6: { size: 1, read: (view, at) => view.getInt8(at) },
  7: { size: 1, read: readNotANumber },
  8: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  9: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  10: { size: 8, read: (view, at, little) => view.getInt32(at, little) / view.getInt32(at + 4, little) },
};

/**
 * The first directory of an EXIF block, with or without its `Exif` prefix; `undefined` for what is none. The block is
 * hostile: a value is read only when it is asked for and never more of it than was asked, because 64 KiB whose
 * entries all claim the rest of the block would unfold to gigabytes.
 */
export function readTiff(bytes: Uint8Array): TiffDirectory | undefined {
  const start = Buffer.from(bytes.subarray(0, 6)).toString("latin1") === "Exif\0\0" ? 6 : 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  if (view.byteLength < 8) return undefined;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  return view.getUint16(2, little) === 42
    ? readDirectory(view, view.getUint32(4, little), little)
    : undefined;
}

function readDirectory(view: DataView, offset: number, little: boolean): TiffDirectory | undefined {
  if (offset + 2 > view.byteLength) return undefined;
  const entries = new Map<number, Entry>();
  const count = Math.min(view.getUint16(offset, little), MAX_ENTRIES);
  for (let at = offset + 2; at + 12 <= view.byteLength && at < offset + 2 + count * 12; at += 12) {
    const entry = readEntry(view, at, little);
    const tag = view.getUint16(at, little);
    if (entry && !entries.has(tag)) entries.set(tag, entry);
  }
  return {
    readText: (tag) => readText(view, entries.get(tag)),
    readNumbers: (tag, wanted) => readNumbers(view, entries.get(tag), wanted, little),
    readDirectory: (tag) => {
      const [pointer] = readNumbers(view, entries.get(tag), 1, little) ?? [];
      return pointer === undefined || pointer < 8 ? undefined : readDirectory(view, pointer, little);
    },
  };
}

function readEntry(view: DataView, at: number, little: boolean): Entry | undefined {
  const type = view.getUint16(at + 2, little);
  const count = view.getUint32(at + 4, little);
  const size = TYPES[type]?.size;
  if (!size) return undefined;
  return { type, count, at: size * count <= 4 ? at + 8 : view.getUint32(at + 8, little) };
}

function readText(view: DataView, entry: Entry | undefined): string | undefined {
  if (entry?.type !== 2 || entry.at + entry.count > view.byteLength) return undefined;
  const bytes = new Uint8Array(
    view.buffer,
    view.byteOffset + entry.at,
    Math.min(entry.count, MAX_TEXT_BYTES),
  );
  // The standard says ASCII. Today's writers put UTF-8 there, yesterday's whatever their computer used.
  const text = new TextDecoder("utf-8").decode(bytes);
  return text.slice(0, -1).includes("\ufffd") ? new TextDecoder("latin1").decode(bytes) : text;
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
