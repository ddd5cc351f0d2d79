import type { Dirent } from "node:fs";
import { join } from "node:path";
import { isOriginalKey } from "../../domain/model/original-key.js";
import type { CallOptions } from "../../ports/call-options.js";
import { isContinuation, parseSegment } from "./blob-path.js";
import { FOLDERS } from "./data-directory.js";
import { iterateEntries } from "./directory-entries.js";
import { parseSpelledKey } from "./own-path.js";
import { readErrorCode } from "./system-errors.js";

/** A file or a folder in a data directory that Safelight did not make, and that no listing of a store gives. */
export interface StrayEntry {
  /** The folder of the renditions, or the data directory itself. */
  readonly place: "renditions" | "data directory";
  /** Below that place; of a folder, it ends in a slash. */
  readonly path: string;
}

/** The files of a data directory beside its folders: what a damaged database was set aside as, too. */
const FILE = /^((safelight|locks|damaged-\d+)\.db(-wal|-shm|-journal)?|ticket-secret)$/;

/**
 * Finds the files and folders that somebody else has put into a data directory, but for those that a store gives: files that are spelled
 * like a rendition, and whatever lies among the originals. In the data directory itself, hidden names are those of systems and
 * tools, and passed over. So is a folder that cannot be read.
 */
export async function* findStrayEntries(dir: string, options: CallOptions = {}): AsyncGenerator<StrayEntry> {
  for await (const entry of iterateReadable(dir, options)) {
    const { name } = entry;
    const isFolder = (FOLDERS as readonly string[]).includes(name);
    if (!isFolder && !FILE.test(name) && !name.startsWith(".") && name !== "lost+found")
      yield { place: "data directory", path: entry.isDirectory() ? `${name}/` : name };
  }
  for await (const path of walk(join(dir, "renditions"), "", options)) yield { place: "renditions", path };
}

async function* walk(root: string, folder: string, options: CallOptions): AsyncGenerator<string> {
  for await (const entry of iterateReadable(join(root, folder), options)) {
    const path = folder + entry.name;
    if (!entry.isDirectory()) {
      if (!entry.isFile() || !isOriginalKey(parseSpelledKey(path) ?? "")) yield path;
    } else if (isContinuation(entry.name) || parseSegment([entry.name], true) !== undefined) {
      yield* walk(root, `${path}/`, options);
    } else yield `${path}/`;
  }
}

async function* iterateReadable(directory: string, { signal }: CallOptions): AsyncGenerator<Dirent> {
  try {
    for await (const entries of iterateEntries(directory)) {
      signal?.throwIfAborted();
      yield* entries;
    }
  } catch (error) {
    if (readErrorCode(error) !== "EACCES") throw error;
  }
}
