import type { Size } from "../../../domain/model/size.js";

/** The form of pixels in memory: rows from the top without gaps, numbers in the order of this machine's bytes. */
export interface PixelForm extends Size {
  /** 3: red, green, blue; 4: and alpha. */
  readonly channels: 3 | 4;
  /** Bytes of one number. */
  readonly sampleBytes: 1 | 2;
}

/** The meaning of pixels, and what is said about them. */
export interface PixelMetadata {
  readonly profile: Uint8Array | undefined;
  readonly xmp: Uint8Array | undefined;
  /** Whether colors are multiplied by their alpha. */
  readonly isPremultiplied: boolean;
}

/** Types of values (TIFF 6.0, section 2), and the bytes of one. */
const SHORT = { type: 3, bytes: 2 };
const LONG = { type: 4, bytes: 4 };
const BYTE = { type: 1, bytes: 1 };
const UNDEFINED = { type: 7, bytes: 1 };

/** A tag with its values as bytes. */
type Field = readonly [tag: number, kind: typeof SHORT, values: Uint8Array];

/** Decoders hold a strip at a time. */
const STRIP_BYTES = 65_536;

/** Pixels begin at a multiple of this, as processors like it. */
const ALIGNMENT = 16;

/**
 * Writes the part of a TIFF before its pixels, which are all that follows: whoever has them need only put them behind it, and
 * they are never copied again. It is equally long whether or not colors are multiplied.
 */
export function createTiffHead(form: PixelForm, metadata: PixelMetadata): Uint8Array {
  const rowBytes = form.width * form.channels * form.sampleBytes;
  const rowsPerStrip = Math.max(1, Math.floor(STRIP_BYTES / rowBytes));
  const strips = Math.ceil(form.height / rowsPerStrip);
  const countRows = (strip: number) => Math.min(rowsPerStrip, form.height - strip * rowsPerStrip);
  const create = (start: number) =>
    listFields(form, metadata, {
      rowsPerStrip,
      offsets: Array.from({ length: strips }, (_, strip) => start + strip * rowsPerStrip * rowBytes),
      lengths: Array.from({ length: strips }, (_, strip) => countRows(strip) * rowBytes),
    });
  // The offsets take the same room whatever they are.
  const { length } = serialize(create(0));
  return serialize(create(length));
}

/** Where the pixels lie. */
interface Strips {
  readonly rowsPerStrip: number;
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/** Tags in ascending order, as a directory has them. */
function listFields(
  { width, height, channels, sampleBytes }: PixelForm,
  { profile, xmp, isPremultiplied }: PixelMetadata,
  { rowsPerStrip, offsets, lengths }: Strips,
): readonly Field[] {
  return [
    [256, LONG, toLongs([width])],
    [257, LONG, toLongs([height])],
    [258, SHORT, toShorts(Array.from({ length: channels }, () => sampleBytes * 8))],
    [259, SHORT, toShorts([1])],
    [262, SHORT, toShorts([2])],
    [273, LONG, toLongs(offsets)],
    [277, SHORT, toShorts([channels])],
    [278, LONG, toLongs([rowsPerStrip])],
    [279, LONG, toLongs(lengths)],
    [284, SHORT, toShorts([1])],
    ...(channels === 4 ? [[338, SHORT, toShorts([isPremultiplied ? 1 : 2])] as const] : []),
    ...(xmp ? [[700, BYTE, xmp] as const] : []),
    ...(profile ? [[34_675, UNDEFINED, profile] as const] : []),
  ];
}

function serialize(fields: readonly Field[]): Buffer {
  const directory = Buffer.alloc(2 + fields.length * 12 + 4);
  directory.writeUInt16LE(fields.length, 0);
  const values: Buffer[] = [];
  let at = 8 + directory.length;
  for (const [index, [tag, { type, bytes }, value]] of fields.entries()) {
    const entry = 2 + index * 12;
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(type, entry + 2);
    directory.writeUInt32LE(value.length / bytes, entry + 4);
    if (value.length <= 4) directory.set(value, entry + 8);
    else {
      directory.writeUInt32LE(at, entry + 8);
      const padded = Buffer.alloc(value.length + (value.length % 2));
      padded.set(value);
      values.push(padded);
      at += padded.length;
    }
  }
  const gap = Buffer.alloc((ALIGNMENT - (at % ALIGNMENT)) % ALIGNMENT);
  return Buffer.concat([Buffer.from("II*\0\x08\0\0\0", "latin1"), directory, ...values, gap]);
}

const toShorts = (values: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
};

const toLongs = (values: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
};
