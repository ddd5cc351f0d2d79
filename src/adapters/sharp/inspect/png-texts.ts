import { inflateSync } from "node:zlib";

/** A text of a PNG: of a `tEXt`, `zTXt` or `iTXt` chunk. */
export interface PngText {
  readonly keyword: string;
  /** Whether its bytes are UTF-8, and not Latin-1. */
  readonly isUtf8: boolean;
  /** Reads its bytes, inflated; `undefined` if they do not inflate. */
  read(): Uint8Array | undefined;
}

/** Of a text that is inflated, in bytes. */
const MAX_TEXT_BYTES = 4_000_000;

const TYPES: ReadonlySet<string> = new Set(["tEXt", "zTXt", "iTXt"]);

/** Lists the texts of a PNG wherever they stand: many programs write them behind the pixels. */
export function* listPngTexts(bytes: Uint8Array): Generator<PngText> {
  for (const { type, data } of listPngChunks(bytes)) {
    const end = TYPES.has(type) ? data.indexOf(0) : -1;
    if (end < 0) continue;
    const body = findBody(type, data, end);
    if (body === undefined) continue;
    const { start, isCompressed } = body;
    yield {
      keyword: readLatin1(data, 0, end),
      isUtf8: type === "iTXt",
      read: () => (isCompressed ? readInflated(data.subarray(start)) : data.subarray(start)),
    };
  }
}

/** Lists the chunks of a PNG up to its end. */
export function* listPngChunks(bytes: Uint8Array): Generator<{ type: string; data: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = readLatin1(bytes, at + 4, 4);
    if (type === "IEND") return;
    yield { type, data: bytes.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

/** Finds where a text begins behind its keyword (PNG, third edition, 11.3.3). */
function findBody(type: string, data: Uint8Array, keywordEnd: number) {
  if (type === "tEXt") return { start: keywordEnd + 1, isCompressed: false };
  if (type === "zTXt") return { start: keywordEnd + 2, isCompressed: true };
  const language = data.indexOf(0, keywordEnd + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  return translated < 0 ? undefined : { start: translated + 1, isCompressed: data[keywordEnd + 1] === 1 };
}

function readInflated(data: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(data, { maxOutputLength: MAX_TEXT_BYTES });
  } catch {
    // A text that does not inflate is nobody's loss: the picture is whole.
    return undefined;
  }
}

function readLatin1(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
