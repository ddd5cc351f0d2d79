import { BitReader } from "./bit-reader.js";
import type { CodePoints } from "./sequence-colors.js";

/** The type of an open bitstream unit that is a sequence header (AV1, 6.2.2). */
const SEQUENCE_HEADER = 1;

/** A sequence header is one of the first units. */
const MAX_UNITS = 8;

/** Code points that say nothing. */
const UNSPECIFIED = 2;

/** Reads the colors that the sequence header among these open bitstream units tells; `undefined` if it tells none. */
export function readAv1Colors(units: Uint8Array): CodePoints | undefined {
  let at = 0;
  for (let unit = 0; unit < MAX_UNITS && at < units.length; unit++) {
    const head = units[at] ?? 0;
    at += head & 4 ? 2 : 1;
    const size = head & 2 ? readSize(units, at) : { bytes: 0, value: units.length - at };
    at += size.bytes;
    if (((head >> 3) & 15) === SEQUENCE_HEADER)
      return readSequenceHeader(new BitReader(units.subarray(at, at + size.value)));
    at += size.value;
  }
  return undefined;
}

/** Reads a number of seven bits a byte (AV1, 4.10.5). */
function readSize(units: Uint8Array, at: number): { readonly bytes: number; readonly value: number } {
  let value = 0;
  for (let bytes = 0; bytes < 8; bytes++) {
    const byte = units[at + bytes] ?? 0;
    value += (byte & 0x7f) * 128 ** bytes;
    if (byte < 0x80) return { bytes: bytes + 1, value };
  }
  return { bytes: 8, value };
}

/** AV1, 5.5.1. */
function readSequenceHeader(reader: BitReader): CodePoints | undefined {
  const profile = reader.readNumber(3);
  reader.skip(1);
  const isReduced = reader.readFlag();
  if (isReduced) reader.skip(5);
  else skipOperatingPoints(reader);
  const [widthBits, heightBits] = [reader.readNumber(4) + 1, reader.readNumber(4) + 1];
  reader.skip(widthBits + heightBits);
  if (!isReduced && reader.readFlag()) reader.skip(7);
  reader.skip(3);
  if (!isReduced) skipTools(reader);
  reader.skip(3);
  const colors = readColorConfiguration(reader, profile);
  return reader.isOver ? undefined : colors;
}

function skipOperatingPoints(reader: BitReader): void {
  let delayBits = 0;
  if (reader.readFlag()) {
    reader.skip(64);
    if (reader.readFlag()) reader.readGolomb();
    if (reader.readFlag()) {
      delayBits = reader.readNumber(5) + 1;
      reader.skip(42);
    }
  }
  const hasInitialDelay = reader.readFlag();
  for (let left = reader.readNumber(5); left >= 0; left--) {
    reader.skip(12);
    if (reader.readNumber(5) > 7) reader.skip(1);
    if (delayBits > 0 && reader.readFlag()) reader.skip(2 * delayBits + 1);
    if (hasInitialDelay && reader.readFlag()) reader.skip(4);
  }
}

/** Passes over the tools of sequences with more than one picture. */
function skipTools(reader: BitReader): void {
  reader.skip(4);
  const hasOrder = reader.readFlag();
  if (hasOrder) reader.skip(2);
  const isScreenContent = reader.readFlag() || reader.readFlag();
  if (isScreenContent && !reader.readFlag()) reader.skip(1);
  if (hasOrder) reader.skip(3);
}

/** AV1, 5.5.2. */
function readColorConfiguration(reader: BitReader, profile: number): CodePoints | undefined {
  const isDeep = reader.readFlag();
  if (profile === 2 && isDeep) reader.skip(1);
  if (profile !== 1) reader.skip(1);
  if (!reader.readFlag()) return undefined;
  const colors = [reader.readNumber(8), reader.readNumber(8)] as const;
  return colors.every((point) => point === UNSPECIFIED) ? undefined : colors;
}
