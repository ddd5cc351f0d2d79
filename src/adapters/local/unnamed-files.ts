import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isOriginalKey } from "../../domain/model/original-key.js";
import { parseBlobPath, toBlobPath } from "./blob-path.js";

/** A file below the originals of a data directory that is no original, because its name stands for no key. */
export interface UnnamedFile {
  /** Below the folder of the originals. */
  readonly path: string;
  /** Where it would be the original whose key is its path; `undefined` where no name would do: a link, or a path that no key can be. */
  readonly expected?: string;
}

/** Finds the files below `originals` of a data directory that people put there under names that the store passes over. */
export async function* findUnnamedFiles(dir: string): AsyncGenerator<UnnamedFile> {
  yield* walk(join(dir, "originals"), "");
}

async function* walk(root: string, folder: string): AsyncGenerator<UnnamedFile> {
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = folder + entry.name;
    if (entry.isDirectory()) yield* walk(root, `${path}/`);
    else if (!isOriginal(entry, path)) yield describe(entry, path);
  }
}

function isOriginal(entry: Dirent, path: string): boolean {
  const key = parseBlobPath(path);
  return entry.isFile() && key !== undefined && isOriginalKey(key);
}

function describe(entry: Dirent, path: string): UnnamedFile {
  // Bytes that are no UTF-8 are read as this character.
  const hasName = entry.isFile() && isOriginalKey(path) && !path.includes("\uFFFD");
  return hasName ? { path, expected: toBlobPath(path) } : { path };
}
