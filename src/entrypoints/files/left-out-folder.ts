import { existsSync } from "node:fs";
import { basename, join } from "node:path";

/** Whether a directory holds records. Commands that only read must not make a directory because of a misspelt name. */
export function isDataDirectory(dir: string): boolean {
  return existsSync(join(dir, "safelight.db"));
}

/**
 * Whether a folder inside an input is left out: a data directory, whose renditions would be taken for originals, and a
 * hidden folder, where other programs keep what is theirs (`.git`, `.thumbnails`, `.Trash`).
 */
export function isLeftOutFolder(path: string): boolean {
  return basename(path).startsWith(".") || isDataDirectory(path);
}
