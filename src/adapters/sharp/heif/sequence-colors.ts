import { BitReader } from "./bit-reader.js";

/** The code points of ITU-T H.273 for primaries and transfer. */
export type CodePoints = readonly [primaries: number, transfer: number];

/** Pixels have any shape. */
const EXTENDED_ASPECT_RATIO = 255;

/** The most of some structures (H.265, 7.4.3.2.1 and 7.4.8). */
const MAX_SUB_LAYERS = 7;
const MAX_PICTURE_SETS = 64;
const MAX_PICTURES = 16;
const MAX_LONG_TERM_PICTURES = 32;

/**
 * Reads the colors that a sequence parameter set of HEVC tells (H.265, 7.3.2.2 and E.2.1), of which `unit` is the NAL unit;
 * `undefined` if it tells none, or breaks off. They stand at its end: all else has to be read to get there.
 */
export function readSequenceColors(unit: Uint8Array): CodePoints | undefined {
  const reader = new BitReader(removeEmulationPrevention(unit.subarray(2)));
  reader.skip(4);
  const subLayers = reader.readNumber(3);
  reader.skip(1);
  skipProfile(reader, subLayers);
  reader.readGolomb();
  if (reader.readGolomb() === 3) reader.skip(1);
  reader.skipGolombs(2);
  if (reader.readFlag()) reader.skipGolombs(4);
  reader.skipGolombs(2);
  const orderBits = reader.readGolomb() + 4;
  reader.skipGolombs(3 * (reader.readFlag() ? subLayers + 1 : 1));
  reader.skipGolombs(6);
  if (reader.readFlag() && reader.readFlag()) skipScalingLists(reader);
  reader.skip(2);
  if (reader.readFlag()) {
    reader.skip(8);
    reader.skipGolombs(2);
    reader.skip(1);
  }
  if (!skipPictureSets(reader)) return undefined;
  if (reader.readFlag()) reader.skip(Math.min(reader.readGolomb(), MAX_LONG_TERM_PICTURES) * (orderBits + 1));
  reader.skip(2);
  const colors = reader.readFlag() ? readUsabilityColors(reader) : undefined;
  return reader.isOver ? undefined : colors;
}

/** Removes the bytes that keep a NAL unit from holding a start code (H.265, 7.4.2). */
function removeEmulationPrevention(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, at) => !(byte === 3 && at >= 2 && bytes[at - 1] === 0 && bytes[at - 2] === 0));
}

/** Passes over profile, tier and level (H.265, 7.3.3). */
function skipProfile(reader: BitReader, subLayers: number): void {
  reader.skip(96);
  if (subLayers === 0) return;
  const present = Array.from({ length: Math.min(subLayers, MAX_SUB_LAYERS) }, () => ({
    profile: reader.readFlag(),
    level: reader.readFlag(),
  }));
  reader.skip(2 * (8 - subLayers));
  for (const { profile, level } of present) reader.skip((profile ? 88 : 0) + (level ? 8 : 0));
}

/** Passes over scaling lists (H.265, 7.3.4). */
function skipScalingLists(reader: BitReader): void {
  for (let size = 0; size < 4; size++)
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      const isCoded = reader.readFlag();
      const coefficients = Math.min(64, 1 << (4 + size * 2)) + (size > 1 ? 1 : 0);
      reader.skipGolombs(isCoded ? coefficients : 1);
    }
}

/** Passes over the sets of pictures that others refer to (H.265, 7.3.7); false for more than there can be. */
function skipPictureSets(reader: BitReader): boolean {
  const sets = reader.readGolomb();
  if (sets > MAX_PICTURE_SETS) return false;
  let pictures = 0;
  for (let set = 0; set < sets; set++) {
    pictures = set > 0 && reader.readFlag() ? readPredictedSet(reader, pictures) : readPictureSet(reader);
    if (pictures > MAX_PICTURES) return false;
  }
  return true;
}

/** Reads how many pictures a set has that is told by its difference from the one before. */
function readPredictedSet(reader: BitReader, before: number): number {
  reader.skip(1);
  reader.readGolomb();
  let pictures = 0;
  for (let picture = 0; picture <= before; picture++) if (reader.readFlag() || reader.readFlag()) pictures++;
  return pictures;
}

function readPictureSet(reader: BitReader): number {
  const pictures = reader.readGolomb() + reader.readGolomb();
  for (let picture = 0; picture < Math.min(pictures, MAX_PICTURES); picture++) {
    reader.readGolomb();
    reader.skip(1);
  }
  return pictures;
}

/** Reads colors from the information on usability (H.265, E.2.1). */
function readUsabilityColors(reader: BitReader): CodePoints | undefined {
  if (reader.readFlag() && reader.readNumber(8) === EXTENDED_ASPECT_RATIO) reader.skip(32);
  if (reader.readFlag()) reader.skip(1);
  if (!reader.readFlag()) return undefined;
  reader.skip(4);
  return reader.readFlag() ? [reader.readNumber(8), reader.readNumber(8)] : undefined;
}
