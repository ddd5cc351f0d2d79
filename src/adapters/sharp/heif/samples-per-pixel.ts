import { readItemProperties } from "./item-properties.js";

/** Numbers that a pixel of HEVC has: of grays, and with color at a quarter, at half and at all of the places (H.265, 6.2). */
const SAMPLES = [1, 1.5, 2, 3] as const;

/**
 * Reads how many numbers a pixel of a HEIC has, on average: the most of all its pictures, and 3 where none says it. The files
 * may lie about it, and then take more memory than they are given.
 */
export function readSamplesPerPixel(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { properties = [] } = readItemProperties(view) ?? {};
  // ISO/IEC 14496-15, 8.3.3.1.2.
  const formats = properties
    .filter(({ type, content, end }) => type === "hvcC" && end > content + 16)
    .map(({ content }) => SAMPLES[view.getUint8(content + 16) & 3] ?? 3);
  return formats.reduce<number>((most, samples) => Math.max(most, samples), 0) || 3;
}
