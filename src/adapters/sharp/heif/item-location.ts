import { findBox, readBoxes } from "./iso-boxes.js";

/** The methods that tell where items lie: by offsets in the file, or in a box beside (ISO/IEC 14496-12, 8.11.3). */
const IN_FILE = 0;

/**
 * Finds the first piece of an item's data; `undefined` for an item that has none, lies elsewhere than in the file itself,
 * or breaks off.
 */
export function findItemData(view: DataView, id: number): Uint8Array | undefined {
  const meta = findBox(readBoxes(view, 0, view.byteLength), "meta");
  const iloc = meta && findBox(readBoxes(view, meta.content + 4, meta.end), "iloc");
  if (!iloc || iloc.end < iloc.content + 8) return undefined;
  const version = view.getUint8(iloc.content);
  const sizes = view.getUint16(iloc.content + 4);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version > 0 ? sizes & 15 : 0;
  const idBytes = version < 2 ? 2 : 4;
  const methodBytes = version > 0 ? 2 : 0;
  const head = idBytes + methodBytes + 2 + baseBytes + 2;
  let at = iloc.content + 6 + idBytes;
  for (let left = readInteger(view, iloc.content + 6, idBytes, iloc.end) ?? 0; left > 0; left--) {
    const extents = readInteger(view, at + head - 2, 2, iloc.end);
    if (extents === undefined) return undefined;
    if (readInteger(view, at, idBytes, iloc.end) === id && extents > 0) {
      const method = methodBytes > 0 ? view.getUint16(at + idBytes) & 15 : IN_FILE;
      const base = readInteger(view, at + head - 2 - baseBytes, baseBytes, iloc.end) ?? 0;
      const offset = readInteger(view, at + head + indexBytes, offsetBytes, iloc.end) ?? 0;
      const length = readInteger(view, at + head + indexBytes + offsetBytes, lengthBytes, iloc.end) ?? 0;
      const start = base + offset;
      if (method !== IN_FILE || start + length > view.byteLength) return undefined;
      return new Uint8Array(view.buffer, view.byteOffset + start, length);
    }
    at += head + extents * (indexBytes + offsetBytes + lengthBytes);
  }
  return undefined;
}

/** Reads a number of 0, 2, 4 or 8 bytes; `undefined` behind the end. */
function readInteger(view: DataView, at: number, bytes: number, end: number): number | undefined {
  if (at + bytes > end) return undefined;
  if (bytes === 8) return Number(view.getBigUint64(at));
  if (bytes === 4) return view.getUint32(at);
  return bytes === 2 ? view.getUint16(at) : 0;
}
