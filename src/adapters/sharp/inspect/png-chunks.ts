import { inflateSync } from "node:zlib";
import { refusalInWords } from "../../../domain/model/errors.js";

const MAX_CHUNKS = 1_000;

/** Pixel data in pieces of at least this many bytes is ordinary: libpng's encoder writes 8 KiB a chunk. */
const ORDINARY_DATA_BYTES = 1_024;

/** Of all texts and profiles together, in bytes: the largest color profiles of printers have about 3 MB. */
const MAX_INFLATED_BYTES = 4_000_000;

const IDAT = 0x49444154;

/** Of an animation: the decoder passes over them, and the policy counts its frames. */
const FRAME_CHUNKS: ReadonlySet<number> = new Set([0x6663544c, 0x66644154]);

const IEND = 0x49454e44;

/**
 * Throws `too-large` for a PNG of more than 1,000 chunks, because the decoder keeps each in memory. Ordinary pixel
 * data does not count, nor do frames: a large photograph has thousands of those. Nor may its texts and profiles inflate to
 * over 4 MB: a chunk of some kilobytes inflates a thousandfold, and the decoder keeps all of them, though they say nothing of
 * pixels.
 */
export function checkPngChunks(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let inflated = 0;
  let chunks = 0;
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const isOrdinary = type === IDAT ? length >= ORDINARY_DATA_BYTES : FRAME_CHUNKS.has(type);
    if (!isOrdinary) chunks++;
    if (chunks > MAX_CHUNKS)
      throw refusalInWords("too-large", `at most ${MAX_CHUNKS} chunks`, "a PNG", "more");
    if (type === IEND) return;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    inflated += countInflatedBytes(
      name,
      bytes.subarray(at + 8, at + 8 + length),
      MAX_INFLATED_BYTES - inflated,
    );
    at += 12 + length;
  }
}

/** Counts the bytes of a chunk's inflated text or profile, at most `most`; 0 for other chunks, and for broken ones. */
function countInflatedBytes(type: string, data: Uint8Array, most: number): number {
  const start = findCompressedData(type, data);
  if (start === undefined) return 0;
  try {
    return inflateSync(data.subarray(start), { maxOutputLength: Math.max(most, 1) }).length;
  } catch (error) {
    // A chunk that does not inflate is not kept either; whether it makes the picture corrupt, the decoder decides.
    if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") return 0;
    const expected = `texts and profiles of at most ${MAX_INFLATED_BYTES} bytes`;
    throw refusalInWords("too-large", expected, "a PNG", "some that inflate to more", { cause: error });
  }
}

/** Finds the offset of a chunk's compressed data; `undefined` if it has none. */
function findCompressedData(type: string, data: Uint8Array): number | undefined {
  const keyword = data.indexOf(0);
  if (keyword < 0) return undefined;
  if (type === "zTXt" || type === "iCCP") return keyword + 2;
  if (type !== "iTXt" || data[keyword + 1] !== 1) return undefined;
  const language = data.indexOf(0, keyword + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  return translated < 0 ? undefined : translated + 1;
}
