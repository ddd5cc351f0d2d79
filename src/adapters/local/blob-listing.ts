import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareKeys, isOriginalKey } from "../../domain/model/original-key.js";
import { isContinuation, parseSegment, toDirectoryPath } from "./blob-path.js";
import { isPlainDirectory } from "./file-tree.js";
import type { WalkPlace } from "./kept-walk.js";
import { isNotFoundError } from "./system-errors.js";

/** A file or directory, with the segment of the key that it stands for. */
interface Entry {
  /** A directory's segment ends in `/`, so that sorting segments sorts keys. */
  readonly segment: string;
  readonly path: string;
  readonly isDirectory: boolean;
}

/**
 * The keys below `root` that start with `prefix` and come after `after`, in the order of their UTF-8 bytes. Reads
 * only directories that can hold such keys. Files that no put made, and links, are passed over. `onUnreadable` is told of a
 * folder below `root` that cannot be read.
 */
export async function* listKeys(root: string, place: WalkPlace): AsyncGenerator<string> {
  const { prefix } = place;
  const start = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const directory = toDirectoryPath(start);
  if (isPlainDirectory(root, directory)) yield* walk(join(root, directory), start, place);
}

async function* walk(directory: string, keyStart: string, place: WalkPlace): AsyncGenerator<string> {
  const { prefix, after = "", onUnreadable } = place;
  const entries = await readEntries(directory, []).catch((error: unknown) => {
    if (!onUnreadable || keyStart === "") throw error;
    onUnreadable({ key: keyStart, isFolder: true });
    return [];
  });
  entries.sort((a, b) => compareKeys(a.segment, b.segment));
  for (const { segment, path, isDirectory } of entries) {
    const key = keyStart + segment;
    if (isDirectory) {
      const mayMatch = key.startsWith(prefix) || prefix.startsWith(key);
      const mayFollow = after.startsWith(key) || compareKeys(key, after) > 0;
      if (mayMatch && mayFollow) yield* walk(path, key, place);
    } else if (key.startsWith(prefix) && compareKeys(key, after) > 0 && isOriginalKey(key)) {
      yield key;
    }
  }
}

/** `names` are those of the directories that hold the beginning of a segment too long for one name. */
async function readEntries(directory: string, names: readonly string[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const entry of await readDirectory(directory)) {
    const { name } = entry;
    const path = join(directory, name);
    const isDirectory = entry.isDirectory();
    if (isDirectory && isContinuation(name)) {
      // Its entries belong among those of this directory: `T…` comes before or after `T/…`, depending on what follows.
      entries.push(...(await readEntries(path, [...names, name])));
    } else if (isDirectory || entry.isFile()) {
      const segment = parseSegment([...names, name], isDirectory);
      if (segment !== undefined)
        entries.push({ segment: isDirectory ? `${segment}/` : segment, path, isDirectory });
    }
  }
  return entries;
}

async function readDirectory(directory: string): Promise<Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    // Its last key was deleted since it was found.
    if (isNotFoundError(error)) return [];
    throw error;
  });
}
