import { toBlobPath } from "./blob-path.js";
import { type OpenFile, openRegularFile, readFileStat } from "./file-tree.js";
import { toOwnPath } from "./own-path.js";

/** The path of a key, by which the database knows it, and the one where somebody may have put its file by hand. */
export interface KeyPlace {
  readonly path: string;
  readonly own?: string;
}

/** A file that was opened, and its path below the root. */
export interface StoredFile extends OpenFile {
  readonly at: string;
}

/** Where the file of a key may be; `takesOwnNames`: also under its own name. */
export function derivePlace(key: string, { takesOwnNames }: { readonly takesOwnNames: boolean }): KeyPlace {
  const own = takesOwnNames ? toOwnPath(key) : undefined;
  return { path: toBlobPath(key), ...(own !== undefined && { own }) };
}

/** Opens the file of a key, the one that Safelight has placed before the other; `undefined` if there is none. */
export function openStoredFile(root: string, { path, own }: KeyPlace): StoredFile | undefined {
  for (const at of own === undefined ? [path] : [path, own]) {
    const file = openRegularFile(root, at);
    if (file !== undefined) return { ...file, at };
  }
  return undefined;
}

/** The files of a key, below the root; the last one hides the others. */
export function listStoredFiles(root: string, { path, own }: KeyPlace): readonly string[] {
  const isThere = (at: string) => readFileStat(root, at) !== undefined;
  return (own === undefined ? [path] : [own, path]).filter(isThere);
}
