/** The values of an entry: bytes, numbers of its type, a directory that it points to, or a claim with nothing behind it. */
export type TiffValue =
  | Uint8Array
  | string
  | readonly number[]
  | { readonly directory: readonly TiffEntry[] }
  | Claim;

/** A claim of an entry about bytes that nobody writes. */
export interface Claim {
  readonly count: number;
  readonly offset: number;
}

/** One entry of a directory. */
export type TiffEntry = readonly [tag: number, type: number, value: TiffValue];

/** How a structure is written. */
export interface TiffForm {
  /** The order of bytes. Default: little. */
  readonly order?: "little" | "big";
  /** Offsets of eight bytes, as in a BigTIFF. Default: false. */
  readonly isBig?: boolean;
  /** Keeps the entries as they are given instead of sorting them. Default: false. */
  readonly isUnsorted?: boolean;
  /** The offset of the second directory. Default: 0, there is none. */
  readonly next?: number;
}

/** The offset of the pixels. */
export const PIXELS = { count: 1, offset: -1 } as const;

/** The types of TIFF 6.0, section 2, of BigTIFF and of Exif 3.0 by name. */
export const TYPE = {
  byte: 1,
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  undefined: 7,
  float: 11,
  double: 12,
  ifd: 13,
  long8: 16,
  ifd8: 18,
  utf8: 129,
} as const;

/** Bytes of one value; of the other types it is one. */
const SIZES: Readonly<Record<number, number>> = {
  ...{ 3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4 },
  ...{ 16: 8, 17: 8, 18: 8 },
};

/** A TIFF structure of one directory and those that it points to, with `pixels` behind them. */
export function buildTiff(
  entries: readonly TiffEntry[],
  form: TiffForm = {},
  pixels: Uint8Array = new Uint8Array(),
): Buffer {
  const { isBig = false } = form;
  const writer = new Writer(form);
  const start = isBig ? 16 : 8;
  const parts = writer.writeDirectory(entries, start + pixels.length, form.next ?? 0);
  const head = isBig
    ? [
        writer.writeByteOrder(),
        writer.writeInteger(2, 43),
        writer.writeInteger(2, 8),
        writer.writeInteger(2, 0),
      ]
    : [writer.writeByteOrder(), writer.writeInteger(2, 42)];
  return Buffer.concat([...head, writer.writeOffset(start + pixels.length), pixels, parts]);
}

function isClaim(value: TiffValue): value is Claim {
  return typeof value === "object" && "count" in value;
}

class Writer {
  readonly #isLittle: boolean;
  readonly #isBig: boolean;
  readonly #isUnsorted: boolean;
  readonly #pixelsAt: number;

  constructor({ order = "little", isBig = false, isUnsorted = false }: TiffForm) {
    this.#isLittle = order === "little";
    this.#isBig = isBig;
    this.#isUnsorted = isUnsorted;
    this.#pixelsAt = isBig ? 16 : 8;
  }

  writeByteOrder(): Buffer {
    return Buffer.from(this.#isLittle ? "II" : "MM");
  }

  writeOffset(value: number): Buffer {
    return this.writeInteger(this.#isBig ? 8 : 4, value);
  }

  writeInteger(size: number, value: number): Buffer {
    const bytes = Buffer.alloc(size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, size);
    if (size === 1) view.setUint8(0, value);
    else if (size === 2) view.setUint16(0, value, this.#isLittle);
    else if (size === 4) view.setUint32(0, value, this.#isLittle);
    else view.setBigUint64(0, BigInt(value), this.#isLittle);
    return bytes;
  }

  /** The directory for this offset, and behind it the values that do not fit. */
  writeDirectory(entries: readonly TiffEntry[], at: number, next: number): Buffer {
    const sorted = this.#isUnsorted ? entries : entries.toSorted(([a], [b]) => a - b);
    const [countBytes, entryBytes, inline] = this.#isBig ? [8, 20, 8] : [2, 12, 4];
    let end = at + countBytes + sorted.length * entryBytes + inline;
    const head = [this.writeInteger(countBytes, sorted.length)];
    const behind: Buffer[] = [];
    for (const [tag, type, value] of sorted) {
      const claim = isClaim(value) ? value : undefined;
      const bytes = isClaim(value) ? Buffer.alloc(0) : this.#toBytes(type, value, end);
      const isPointer = typeof value === "object" && "directory" in value;
      const count = claim?.count ?? (isPointer ? 1 : bytes.length / (SIZES[type] ?? 1));
      const field = Buffer.alloc(inline);
      if (claim) this.writeOffset(claim === PIXELS ? this.#pixelsAt : claim.offset).copy(field);
      else if (isPointer) this.writeInteger(SIZES[type] ?? 4, end).copy(field);
      else if (bytes.length <= inline) bytes.copy(field);
      else this.writeOffset(end).copy(field);
      if (isPointer || bytes.length > inline) {
        behind.push(bytes);
        end += bytes.length;
      }
      head.push(this.writeInteger(2, tag), this.writeInteger(2, type), this.writeOffset(count), field);
    }
    return Buffer.concat([...head, this.writeOffset(next), ...behind]);
  }

  #toBytes(type: number, value: Exclude<TiffValue, Claim>, at: number): Buffer {
    if (typeof value === "string") return Buffer.from(value);
    if (value instanceof Uint8Array) return Buffer.from(value);
    if ("directory" in value) return this.writeDirectory(value.directory, at, 0);
    const size = type === 5 || type === 10 ? 4 : (SIZES[type] ?? 1);
    return Buffer.concat(value.map((number) => this.#toNumber(type, size, number)));
  }

  #toNumber(type: number, size: number, value: number): Buffer {
    if (type !== 11 && type !== 12) return this.writeInteger(size, value);
    const bytes = Buffer.alloc(size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, size);
    if (type === 11) view.setFloat32(0, value, this.#isLittle);
    else view.setFloat64(0, value, this.#isLittle);
    return bytes;
  }
}
