/** The text of an XMP packet, whatever it is encoded in. */
export function decodeXmp(packet: Uint8Array): string {
  const [first, second] = packet;
  const encoding =
    (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)
      ? "utf-16le"
      : (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding).decode(packet);
}
