import { crc32 } from "node:zlib";

/** The chunks without which, or behind whose damage, there are no pixels (PNG, third edition, 11.2). */
const CRITICAL: ReadonlySet<string> = new Set(["IHDR", "PLTE", "IDAT", "IEND"]);

/** Tells which chunk of a PNG is the first at fault; `undefined` where all are whole. */
export function describePngDamage(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let before = "";
  let hasPixels = false;
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = nameChunk(bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.length) return `a chunk ${type} of ${length} bytes that the file ends in`;
    if (at === 8 && type !== "IHDR") return `the chunk ${type} in the place of IHDR`;
    if (isCritical(bytes[at + 4]) && !CRITICAL.has(type))
      return `the critical chunk ${type}, which nobody knows`;
    if (CRITICAL.has(type) && crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
      return `a chunk ${type} with a wrong checksum`;
    if (type === "IDAT" && hasPixels && before !== "IDAT") return "chunks IDAT with another one between them";
    if (type === "IDAT") hasPixels = true;
    if (type === "IEND") break;
    before = type;
    at = end;
  }
  return hasPixels ? undefined : "no chunk IDAT";
}

/** A capital at the beginning says that nobody may pass over the chunk. */
function isCritical(letter: number | undefined): boolean {
  return letter !== undefined && (letter & 0x20) === 0;
}

function nameChunk(type: Uint8Array): string {
  const name = String.fromCharCode(...type);
  return /^[A-Za-z]{4}$/.test(name) ? name : `0x${Buffer.from(type).toString("hex")}`;
}
