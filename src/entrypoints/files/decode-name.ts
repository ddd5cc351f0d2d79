// A byte order mark is a character of the name like any other: without it, the name would be that of another file.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a file name, or `undefined` if its bytes are not UTF-8: such a name can be no part of a key. */
export function decodeName(name: Uint8Array): string | undefined {
  try {
    return utf8.decode(name);
  } catch {
    return undefined;
  }
}

/** A name that is not UTF-8 as people can read it and find the file: `caf\xE9.jpg`. */
export function escapeName(name: Uint8Array): string {
  return Array.from(name, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase()}`,
  ).join("");
}
