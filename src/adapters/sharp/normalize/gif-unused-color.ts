/** The longest code, in bits (GIF89a, appendix F). */
const MAX_CODE_BITS = 12;

/** The colors of a frame are counted in a byte. */
const COLORS = 256;

/**
 * Finds the index of a color that no pixel of a GIF's frame has; `undefined` if all are used. `start` is the offset of its
 * compressed pixels. A color that is used appears as a code of its own before it can be part of another one, so codes need
 * not be unfolded.
 */
export function findUnusedColor(bytes: Uint8Array, start: number): number | undefined {
  const smallest = bytes[start] ?? 0;
  // Codes of fewer bits cannot mean the last color.
  if (smallest < 8) return COLORS - 1;
  const used = new Uint8Array(COLORS);
  for (const code of readCodes(bytes, start + 1, smallest)) if (code < COLORS) used[code] = 1;
  const unused = used.lastIndexOf(0);
  return unused < 0 ? undefined : unused;
}

/** Reads the codes in sub-blocks: their length grows as the decoder's table does. */
function* readCodes(bytes: Uint8Array, start: number, smallest: number): Generator<number> {
  const clear = 2 ** smallest;
  let length = smallest + 1;
  let known = clear + 2;
  let [held, bits] = [0, 0];
  let isFirst = true;
  for (const byte of readSubBlocks(bytes, start)) {
    held |= byte << bits;
    bits += 8;
    while (bits >= length) {
      const code = held & (2 ** length - 1);
      held >>>= length;
      bits -= length;
      if (code === clear + 1) return;
      if (code === clear) {
        length = smallest + 1;
        known = clear + 2;
        isFirst = true;
        continue;
      }
      yield code;
      // The first code after a clearing adds nothing to the table.
      if (!isFirst && known < 2 ** MAX_CODE_BITS) known++;
      isFirst = false;
      if (known === 2 ** length && length < MAX_CODE_BITS) length++;
    }
  }
}

function* readSubBlocks(bytes: Uint8Array, start: number): Generator<number> {
  for (let at = start; at < bytes.length; ) {
    const length = bytes[at] ?? 0;
    if (length === 0) return;
    yield* bytes.subarray(at + 1, at + 1 + length);
    at += 1 + length;
  }
}
