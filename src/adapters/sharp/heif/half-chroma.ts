import { readItemProperties } from "./item-properties.js";

/** In the third byte of an `av1C` box: colors have half as many columns as the picture (AV1-ISOBMFF, 2.3.3). */
const HALF_COLUMNS = 0x08;

/** Whether all colors of an AVIF are at half resolution; not where its pictures differ in that. */
export function hasHalfChroma(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codecs = readItemProperties(view)?.properties.filter(({ type }) => type === "av1C") ?? [];
  return (
    codecs.length > 0 &&
    codecs.every(({ content, end }) => end >= content + 4 && view.getUint8(content + 2) & HALF_COLUMNS)
  );
}
