import { type JpegSegment, MARKER } from "./jpeg-segments.js";

/** The counts of a Huffman table's codes, by their lengths of 1 to 16 bits. */
const CODE_LENGTHS = 16;

/** The longest difference of a direct-current coefficient, in bits. */
const MAX_DC_BITS = 15;

/** The longest other coefficient, in bits; the high half of such a symbol counts zeros, or is the length of a run. */
const MAX_AC_BITS = 14;

/** No encoder's quantization tables rise or fall more between two neighbors: of mozjpeg's nine, one comes to 6. */
const MAX_STEP = 7;

/** A Huffman table: its class and number in one byte, as in its segment (T.81, B.2.4.2), and its symbols. */
interface HuffmanTable {
  readonly id: number;
  readonly symbols: Uint8Array;
}

/**
 * Whether a segment of tables can be what was written: where bytes came into one or got lost, quantization tables have
 * jumps and Huffman tables a symbol twice, or one that there is not, far more often than not. True for other segments.
 */
export function isSoundTable(bytes: Uint8Array, segment: JpegSegment): boolean {
  if (segment.marker === MARKER.quantization) return listQuantizers(bytes, segment)?.every(isGentle) ?? false;
  if (segment.marker !== MARKER.huffman) return true;
  return listHuffmanTables(bytes, segment).every(({ id, symbols }) => {
    const isPossible = (symbol: number) =>
      id >> 4 === 0 ? symbol <= MAX_DC_BITS : (symbol & 0x0f) <= MAX_AC_BITS;
    return new Set(symbols).size === symbols.length && symbols.every(isPossible);
  });
}

/** Lists the Huffman tables of a segment, up to one that is not whole. */
export function listHuffmanTables(bytes: Uint8Array, { start, end }: JpegSegment): readonly HuffmanTable[] {
  const tables: HuffmanTable[] = [];
  for (let at = start + 4; at + 1 + CODE_LENGTHS <= end; ) {
    const symbolsAt = at + 1 + CODE_LENGTHS;
    const count = bytes.subarray(at + 1, symbolsAt).reduce((sum, codes) => sum + codes, 0);
    if (symbolsAt + count > end) break;
    tables.push({ id: bytes[at] ?? 0, symbols: bytes.subarray(symbolsAt, symbolsAt + count) });
    at = symbolsAt + count;
  }
  return tables;
}

/** Lists the values of each quantization table of a segment; `undefined` if they are not whole (T.81, B.2.4.1). */
function listQuantizers(
  bytes: Uint8Array,
  { start, end }: JpegSegment,
): readonly (readonly number[])[] | undefined {
  const tables: number[][] = [];
  for (let at = start + 4; at < end; ) {
    const [size, number] = [((bytes[at] ?? 0) >> 4) + 1, (bytes[at] ?? 0) & 0x0f];
    const values = bytes.subarray(at + 1, Math.min(at + 1 + 64 * size, end));
    if (size > 2 || number > 3 || values.length < 64 * size) return undefined;
    tables.push(
      Array.from({ length: 64 }, (_, index) =>
        size === 1 ? (values[index] ?? 0) : ((values[2 * index] ?? 0) << 8) | (values[2 * index + 1] ?? 0),
      ),
    );
    at += 1 + 64 * size;
  }
  return tables;
}

function isGentle(table: readonly number[]): boolean {
  return table.every((value, index) => {
    const before = table[index - 1] ?? value;
    // With 1 added, because small values are rounded.
    return value > 0 && value + 1 <= MAX_STEP * (before + 1) && before + 1 <= MAX_STEP * (value + 1);
  });
}
