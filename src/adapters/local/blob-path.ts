/** Longest piece of an encoded segment: with a marker it stays far below the 255 bytes that file systems allow. */
const MAX_NAME_LENGTH = 200;

/*
 * Markers. A percent sign that is not followed by two hexadecimal digits never comes from encoding, so none of them
 * can be part of an encoded segment.
 */
const EMPTY_SEGMENT = "%~";
const DIRECTORY_SUFFIX = "%-";
const FILE_SUFFIX = "%=";
const CONTINUATION_SUFFIX = "%+";

/**
 * The relative path of the file that holds `key`, with `/` between its parts. Each key has its own path, no path is
 * the directory of another, and none leaves the root. What is not `A-Z a-z 0-9 _ . -` is percent-encoded, so the
 * keys of renditions are their own paths.
 */
export function toBlobPath(key: string): string {
  const segments = key.split("/");
  const last = segments.length - 1;
  return segments.flatMap((segment, index) => toSegmentNames(segment, index < last)).join("/");
}

/** The relative path of the directory that holds exactly the keys that start with `prefix`, which ends in `/` or is empty. */
export function toDirectoryPath(prefix: string): string {
  return prefix
    .split("/")
    .slice(0, -1)
    .flatMap((segment) => toSegmentNames(segment, true))
    .join("/");
}

/** The inverse of {@link toBlobPath}; `undefined` for a path that no key has. */
export function parseBlobPath(path: string): string | undefined {
  const segments: string[] = [];
  let pieces: string[] = [];
  const names = path.split("/");
  for (const [index, name] of names.entries()) {
    pieces.push(name);
    const isDirectory = index < names.length - 1;
    if (isDirectory && isContinuation(name)) continue;
    const segment = parseSegment(pieces, isDirectory);
    if (segment === undefined) return undefined;
    segments.push(segment);
    pieces = [];
  }
  return segments.join("/");
}

/** Whether a directory of this name holds the rest of a segment that is too long for one name. */
export function isContinuation(name: string): boolean {
  return name.endsWith(CONTINUATION_SUFFIX);
}

/** The segment that is spelled by these names, one below the other; `undefined` if no segment is. */
export function parseSegment(names: readonly string[], isDirectory: boolean): string | undefined {
  const last = names.length - 1;
  const suffix = isDirectory ? DIRECTORY_SUFFIX : FILE_SUFFIX;
  const encoded = names
    .map((name, index) => stripSuffix(name, index < last ? CONTINUATION_SUFFIX : suffix))
    .join("");
  const segment = encoded === EMPTY_SEGMENT ? "" : decodeSegment(encoded);
  // Two spellings of one segment would be two files for one key: only the one that encoding gives is taken.
  return segment !== undefined && toSegmentNames(segment, isDirectory).join("/") === names.join("/")
    ? segment
    : undefined;
}

/**
 * The names for one segment. A name with a dot is a file's and one without is a directory's, unless marked: so `a`
 * and `a/b`, or `a.b` and `a.b/c`, lie beside each other.
 */
function toSegmentNames(segment: string, isDirectory: boolean): string[] {
  const encoded = encodeSegment(segment);
  const names: string[] = [];
  let start = 0;
  for (; encoded.length - start > MAX_NAME_LENGTH; start += MAX_NAME_LENGTH)
    names.push(encoded.slice(start, start + MAX_NAME_LENGTH) + CONTINUATION_SUFFIX);
  const rest = encoded.slice(start);
  const hasDot = rest.includes(".");
  names.push(isDirectory ? (hasDot ? rest + DIRECTORY_SUFFIX : rest) : hasDot ? rest : rest + FILE_SUFFIX);
  return names;
}

function encodeSegment(segment: string): string {
  if (segment === "") return EMPTY_SEGMENT;
  const encoded = encodeURIComponent(segment).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  // "." and ".." would be steps, and a cut could leave one of them as a name of its own.
  const dotless = encoded === "." || encoded === ".." || encoded.length > MAX_NAME_LENGTH;
  return dotless ? encoded.replaceAll(".", "%2E") : encoded;
}

function decodeSegment(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function stripSuffix(name: string, end: string): string {
  return name.endsWith(end) ? name.slice(0, -end.length) : name;
}
