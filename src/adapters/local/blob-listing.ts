import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareKeys, isOriginalKey } from "../../domain/model/original-key.js";
import { isContinuation, parseSegment, toDirectoryPath } from "./blob-path.js";
import { isPlainDirectory } from "./file-tree.js";
import type { WalkPlace } from "./kept-walk.js";
import { isOwnPath, parseSpelledKey } from "./own-path.js";
import { isNotFoundError, readErrorCode } from "./system-errors.js";

/** Which keys are listed, of a store of which kind. */
export interface KeyListing extends WalkPlace {
  /** Whether files are taken that people put there under names of their own. */
  readonly takesOwnNames: boolean;
}

/**
 * The keys below `root` that start with `prefix` and come after `after`, in the order of their UTF-8 bytes. Reads
 * only directories that can hold such keys. Files that stand for no key, and links, are passed over. `onUnreadable` is told
 * of a folder below `root` that cannot be read.
 */
export async function* listKeys(root: string, listing: KeyListing): AsyncGenerator<string> {
  const { prefix } = listing;
  yield* walk(root, prefix.slice(0, prefix.lastIndexOf("/") + 1), listing);
}

/** Goes through the keys that begin with `keyStart`, which is empty or ends in `/`. */
async function* walk(root: string, keyStart: string, listing: KeyListing): AsyncGenerator<string> {
  const { prefix, after = "", takesOwnNames, onUnreadable } = listing;
  const segments = await listSegments(root, keyStart, takesOwnNames).catch((error: unknown) => {
    if (!onUnreadable || keyStart === "" || readErrorCode(error) === undefined) throw error;
    onUnreadable({ key: keyStart, isFolder: true });
    return [];
  });
  for (const segment of segments.sort(compareKeys)) {
    const key = keyStart + segment;
    if (segment.endsWith("/")) {
      const mayMatch = key.startsWith(prefix) || prefix.startsWith(key);
      const mayFollow = after.startsWith(key) || compareKeys(key, after) > 0;
      if (mayMatch && mayFollow) yield* walk(root, key, listing);
    } else if (key.startsWith(prefix) && compareKeys(key, after) > 0 && isOriginalKey(key)) {
      yield key;
    }
  }
}

/** All that may follow `keyStart` up to the next slash; a folder's segment ends in one, so that sorting segments sorts keys. */
async function listSegments(root: string, keyStart: string, takesOwnNames: boolean): Promise<string[]> {
  const encoded = toDirectoryPath(keyStart);
  const segments = new Set<string>();
  const entries = await readPlainDirectory(root, encoded);
  await addEncoded(segments, join(root, encoded), entries, []);
  if (!takesOwnNames) return [...segments];
  const own = keyStart.slice(0, -1);
  if (own === encoded) addOwn(segments, keyStart, entries);
  else if (isOwnPath(own)) addOwn(segments, keyStart, await readPlainDirectory(root, own));
  return [...segments];
}

/** `names` are those of the directories that hold the beginning of a segment too long for one name. */
async function addEncoded(
  segments: Set<string>,
  directory: string,
  entries: readonly Dirent[],
  names: readonly string[],
): Promise<void> {
  for (const entry of entries) {
    const { name } = entry;
    const isDirectory = entry.isDirectory();
    if (isDirectory && isContinuation(name)) {
      // Its entries belong among those of this directory: `T…` comes before or after `T/…`, depending on what follows.
      const path = join(directory, name);
      await addEncoded(segments, path, await readDirectory(path), [...names, name]);
    } else if (isDirectory || entry.isFile()) {
      const segment = parseSegment([...names, name], isDirectory);
      if (segment !== undefined) segments.add(isDirectory ? `${segment}/` : segment);
    }
  }
}

/** The names themselves, but for those of files that stand for other keys. */
function addOwn(segments: Set<string>, keyStart: string, entries: readonly Dirent[]): void {
  for (const entry of entries) {
    const { name } = entry;
    if (entry.isDirectory()) segments.add(`${name}/`);
    else if (entry.isFile() && parseSpelledKey(keyStart + name) === undefined) segments.add(name);
  }
}

/** The entries of a directory that no link leads to; none if it is not there. */
async function readPlainDirectory(root: string, path: string): Promise<Dirent[]> {
  return isPlainDirectory(root, path) ? readDirectory(join(root, path)) : [];
}

async function readDirectory(directory: string): Promise<Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    // Its last key was deleted since it was found.
    if (isNotFoundError(error)) return [];
    throw error;
  });
}
