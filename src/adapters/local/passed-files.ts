import { type Dirent, lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isOriginalKey, MAX_KEY_BYTES } from "../../domain/model/original-key.js";
import { toBlobPath } from "./blob-path.js";
import { parseSpelledKey } from "./own-path.js";
import { isNotFoundError } from "./system-errors.js";

/** Something below the originals of a data directory that is no original, although somebody put it there. */
export interface PassedFile {
  /** Below the folder of the originals. */
  readonly path: string;
  /** Why it is no original, and what to do about it. */
  readonly reason: string;
}

/** Finds all that lies below `originals` of a data directory and that the store passes over. A folder that cannot be read is passed over here, too. */
export async function* findPassedFiles(dir: string): AsyncGenerator<PassedFile> {
  yield* walk(join(dir, "originals"), "");
}

async function* walk(root: string, folder: string): AsyncGenerator<PassedFile> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    // The listing tells of a folder that cannot be read.
    if (folder !== "" || isNotFoundError(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    const path = folder + entry.name;
    const reason = explain(root, entry, path);
    if (reason !== undefined) yield { path, reason };
    else if (entry.isDirectory()) yield* walk(root, `${path}/`);
  }
}

/** Why an entry is no original and no folder of any; `undefined` if it is one. */
function explain(root: string, entry: Dirent, path: string): string | undefined {
  // Bytes that are no UTF-8 are read as this character.
  if (entry.name.includes("\uFFFD") && lstatSync(join(root, path), { throwIfNoEntry: false }) === undefined)
    return "its name is no UTF-8; rename it";
  if (entry.isDirectory()) return undefined;
  if (entry.isSymbolicLink()) return "it is a link; put the file itself there";
  if (!entry.isFile()) return "it is no file";
  const key = parseSpelledKey(path);
  if (!isOriginalKey(key ?? path)) return `its path has more than ${MAX_KEY_BYTES} bytes; shorten it`;
  const hiding = toBlobPath(path);
  if (key === undefined && lstatSync(join(root, hiding), { throwIfNoEntry: false })?.isFile())
    return `the original of this name is ${JSON.stringify(hiding)}; rename one of them`;
  return undefined;
}
