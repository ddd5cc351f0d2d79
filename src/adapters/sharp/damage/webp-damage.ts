/** Tells by how much a WebP is shorter than it says; `undefined` where it is not. */
export function describeWebpDamage(bytes: Uint8Array): string | undefined {
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true) + 8;
  return claimed > bytes.length ? `${bytes.length} bytes, while the header says ${claimed}` : undefined;
}
