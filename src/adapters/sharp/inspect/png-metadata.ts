import { inflateSync } from "node:zlib";

/** Of a compressed packet, in bytes. */
const MAX_XMP_BYTES = 4_000_000;

const XMP_KEYWORD = "XML:com.adobe.xmp\0";

/**
 * Finds the EXIF block of a PNG wherever it stands. Behind the pixels, where some programs write it, a decoder does not
 * look for it, and no viewer turns the picture by it; its facts are as true there.
 */
export function findPngExif(bytes: Uint8Array): Uint8Array | undefined {
  return findChunk(bytes, "eXIf", () => true);
}

/** Finds the XMP packet of a PNG, which many programs write behind the pixels. */
export function findPngXmp(bytes: Uint8Array): Uint8Array | undefined {
  const isXmp = (data: Uint8Array) => readLatin1(data, 0, XMP_KEYWORD.length) === XMP_KEYWORD;
  const data = findChunk(bytes, "iTXt", isXmp);
  if (!data) return undefined;
  const isCompressed = data[XMP_KEYWORD.length] === 1;
  const language = data.indexOf(0, XMP_KEYWORD.length + 2);
  const keyword = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (keyword < 0) return undefined;
  const text = data.subarray(keyword + 1);
  if (!isCompressed) return text;
  try {
    return inflateSync(text, { maxOutputLength: MAX_XMP_BYTES });
  } catch {
    // A text that does not inflate is nobody's loss: the picture is whole.
    return undefined;
  }
}

function findChunk(
  bytes: Uint8Array,
  wanted: string,
  matches: (data: Uint8Array) => boolean,
): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = readLatin1(bytes, at + 4, 4);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === wanted && matches(data)) return data;
    if (type === "IEND") return undefined;
    at += 12 + length;
  }
  return undefined;
}

function readLatin1(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
