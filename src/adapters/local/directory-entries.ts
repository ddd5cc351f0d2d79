import { type Dir, type Dirent, opendirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { isPlainDirectory } from "./file-tree.js";
import { isNotFoundError } from "./system-errors.js";

/** Entries that the system is asked for at a time. */
const BATCH = 128;

/** Most entries that are given at a time. */
const MOST = 1_024;

/** The entries of the directory at `path` below `root`, some at a time; none if a link leads to it, or if it is not there. */
export async function* iteratePlainEntries(root: string, path: string): AsyncGenerator<readonly Dirent[]> {
  if (isPlainDirectory(root, path)) yield* iterateEntries(join(root, path));
}

/**
 * The entries of a directory, in no order, some at a time; none if it is not there. To have those of 100,000 at once took 35 MB,
 * which no process gives back. They are read in this thread: most directories hold one entry, and waiting for the thread pool
 * takes longer.
 */
export async function* iterateEntries(directory: string): AsyncGenerator<readonly Dirent[]> {
  let opened: Dir | undefined;
  try {
    for (;;) {
      // Others have their turn, and libsql frees the memory of its answers in no other way: without this, 30 MB more were held.
      await setImmediate();
      opened ??= opendirSync(directory, { bufferSize: BATCH });
      const entries = readSome(opened);
      yield entries;
      if (entries.length < MOST) return;
    }
  } catch (error) {
    // Its last key was deleted since it was found.
    if (!isNotFoundError(error)) throw error;
  } finally {
    opened?.closeSync();
  }
}

function readSome(opened: Dir): readonly Dirent[] {
  const entries: Dirent[] = [];
  while (entries.length < MOST) {
    const entry = opened.readSync();
    if (entry === null) break;
    entries.push(entry);
  }
  return entries;
}
