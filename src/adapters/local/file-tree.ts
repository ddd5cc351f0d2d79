import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { SafelightError } from "../../domain/model/errors.js";
import { isNotFoundError, readErrorCode } from "./system-errors.js";

/** A file that was opened, and what it was then; whoever has it closes it. */
export interface OpenFile {
  readonly descriptor: number;
  readonly stat: BigIntStats;
}

/**
 * Opens the regular file at `path` below `root` for reading; `undefined` if there is none. Nothing is reached through
 * a symbolic link: whoever could plant one below the root could otherwise have any file of the machine served.
 */
export function openRegularFile(root: string, path: string): OpenFile | undefined {
  if (!isPlainDirectory(root, dirname(path))) return undefined;
  try {
    // O_NONBLOCK: opening a pipe would wait for its other end for ever.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const descriptor = openSync(join(root, path), flags);
    const stat = fstatSync(descriptor, { bigint: true });
    if (stat.isFile()) return { descriptor, stat };
    closeSync(descriptor);
    return undefined;
  } catch (error) {
    if (isNotFoundError(error)) return undefined;
    throw error;
  }
}

/**
 * Whether the directory at `path` below `root` is there and no part of the way is a symbolic link. Throws
 * `unavailable` if `root` itself is not there: when a disk was unmounted, nothing may be taken for deleted.
 */
export function isPlainDirectory(root: string, path: string): boolean {
  if (isRealPath(join(root, path))) return true;
  if (isRealPath(root)) return false;
  throw new SafelightError("unavailable", `the directory ${root} is missing; is its disk mounted?`);
}

/** The regular file, not a link to one, at `path` below `root`; `undefined` if there is none. */
export function readFileStat(root: string, path: string): BigIntStats | undefined {
  if (!isPlainDirectory(root, dirname(path))) return undefined;
  try {
    const stat = lstatSync(join(root, path), { bigint: true });
    return stat.isFile() ? stat : undefined;
  } catch (error) {
    if (isNotFoundError(error)) return undefined;
    throw error;
  }
}

/**
 * Moves a finished file to `path` below `root` in one step, replacing what was there. Returns the directories that
 * {@link syncDirectory} must be called for before that survives a power failure, the innermost first. Not to run beside
 * {@link removeEntry}, which takes empty directories away.
 */
export function moveIntoPlace(from: string, root: string, path: string): readonly string[] {
  const directory = dirname(path);
  const firstMade = makeDirectory(root, directory);
  renameSync(from, join(root, path));
  const top = firstMade === undefined ? directory : dirname(relative(root, firstMade));
  const changed = [];
  for (let current = directory; ; current = dirname(current)) {
    changed.push(join(root, current));
    if (current === top) return changed;
  }
}

/** Removes the file or link at `path` below `root`, and the directories that it leaves empty. Durable once it returns. */
export function removeEntry(root: string, path: string): void {
  unlinkSync(join(root, path));
  let directory = dirname(path);
  while (directory !== "." && removeIfEmpty(join(root, directory))) directory = dirname(directory);
  syncDirectory(join(root, directory));
}

/** Deletes a file that may be gone already. */
export function discard(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (!isNotFoundError(error)) throw error;
  }
}

/** Makes the entries of a directory survive a power failure. */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes the directory at `path` below `root` and those that lead to it; returns the first one that was missing, if any was. A
 * link is refused before anything is made: directories behind it would be made wherever it leads.
 */
function makeDirectory(root: string, path: string): string | undefined {
  if (isPlainDirectory(root, path)) return undefined;
  for (let current = path; !isPlainDirectory(root, current); current = dirname(current)) {
    if (lstatSync(join(root, current), { throwIfNoEntry: false }) === undefined) continue;
    throw new SafelightError(
      "unavailable",
      `${join(root, current)} is a symbolic link or a file where a directory is needed; remove it`,
    );
  }
  return mkdirSync(join(root, path), { recursive: true });
}

/** Whether `directory` is there under this very path: the system resolves a path with a link in it to another one. */
function isRealPath(directory: string): boolean {
  try {
    return realpathSync.native(directory) === directory;
  } catch (error) {
    if (isNotFoundError(error)) return false;
    throw error;
  }
}

function removeIfEmpty(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST"].includes(readErrorCode(error) ?? "")) return false;
    throw error;
  }
}
