import { removeInvisible } from "./invisible-characters.js";
import { readLastSegment } from "./original-key.js";

/** The name under which a store keeps the file's name beside an original. */
export const FILE_NAME_METADATA = "file-name";

/** As long as a file's name may be on common file systems, in bytes of UTF-8. */
const MAX_BYTES = 255;

/**
 * A file's name as a stranger gave it, fit to be shown: without folders, without invisible characters, at most 255
 * bytes of UTF-8. `undefined` if nothing is left. It is never a path and never part of a key.
 */
export function cleanFileName(text: string): string | undefined {
  const last = removeInvisible(text).split(/[/\\]/).at(-1)?.trim() ?? "";
  let name = "";
  let bytes = 0;
  for (const character of last) {
    bytes += new TextEncoder().encode(character).length;
    if (bytes > MAX_BYTES) break;
    name += character;
  }
  return name === "" || name === "." || name === ".." ? undefined : name;
}

/** The metadata from which {@link readStoredFileName} reads a file's name: printable ASCII. */
export function toFileNameMetadata(fileName: string | undefined): Readonly<Record<string, string>> {
  const name = fileName === undefined ? undefined : cleanFileName(fileName);
  return name === undefined ? {} : { [FILE_NAME_METADATA]: encodeURIComponent(name) };
}

/**
 * The file name of an original: the name in its metadata, otherwise the last segment of its key, cleaned like every name
 * that a stranger chose; `unnamed` if nothing is left of either.
 */
export function readStoredFileName(info: {
  readonly key: string;
  readonly metadata: Readonly<Record<string, string>>;
}): string {
  return (
    decodeFileName(info.metadata[FILE_NAME_METADATA]) ?? cleanFileName(readLastSegment(info.key)) ?? "unnamed"
  );
}

function decodeFileName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return cleanFileName(decodeURIComponent(text));
  } catch {
    return cleanFileName(text);
  }
}
