import { listEntries, openTiff } from "../inspect/tiff-structure.js";

/** The tag of the orientation (Exif 2.32, 4.6.4.A), and the type of its one number. */
const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * Copies the structure of an EXIF block, without a prefix, and with an orientation of 1 where it has one: the pixels that it is
 * for are upright. `undefined` for what is no EXIF.
 */
export function toUprightExif(block: Uint8Array): Uint8Array | undefined {
  const structure = openTiff(Uint8Array.from(block));
  if (!structure) return undefined;
  const { view, layout } = structure;
  for (const { tag, type, count, at } of listEntries(structure, view.byteLength))
    if (tag === ORIENTATION && type === SHORT && count === 1) view.setUint16(at, 1, layout.little);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
