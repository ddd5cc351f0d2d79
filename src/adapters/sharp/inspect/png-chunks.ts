import { refusalInWords } from "../../../domain/model/errors.js";
import { InflationBudget } from "./png-inflation.js";

const MAX_CHUNKS = 1_000;

/** Pixel data in pieces of at least this many bytes is ordinary: libpng's encoder writes 8 KiB a chunk. */
const ORDINARY_DATA = 1_024;

const IDAT = 0x49444154;
const IEND = 0x49454e44;

/**
 * Throws `too-large` for a PNG of more than 1,000 chunks, because the decoder keeps each in memory. Ordinary pixel
 * data does not count: a large photograph has thousands of those. Nor may its texts and profiles inflate to much.
 */
export function checkPngChunks(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inflation = new InflationBudget();
  let chunks = 0;
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (type !== IDAT || length < ORDINARY_DATA) chunks++;
    if (chunks > MAX_CHUNKS)
      throw refusalInWords("too-large", `at most ${MAX_CHUNKS} chunks`, "a PNG", "more");
    if (type === IEND) return;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    inflation.spend(name, bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
}
