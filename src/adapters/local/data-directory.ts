import { randomUUID } from "node:crypto";
import { closeSync, fsync, mkdirSync, openSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { invalidInput, SafelightError } from "../../domain/model/errors.js";
import type { PutResult } from "../../ports/blob-store.js";
import { Database } from "./database.js";
import { writeWhole } from "./file-content.js";
import { discard } from "./file-tree.js";
import { GroupCommit } from "./group-commit.js";
import { closeInstance, isAlive, openInstance } from "./instance.js";
import { Lock } from "./lock.js";
import { type Placement, placeBlobs } from "./place-blobs.js";
import { DAMAGE_HINT, readErrorCode, toUnavailable } from "./system-errors.js";

/** The folders of a data directory. */
export const FOLDERS = ["originals", "renditions", "by-name", "tmp"] as const;

/** An open data directory: what all adapters of one `local()` share. */
export interface DataDirectory {
  /** Absolute and free of symbolic links. */
  readonly dir: string;
  /** Names this use of the directory. */
  readonly instance: string;
  readonly database: Database;
  readonly lock: Lock;
  /** A path in `DIR/tmp` that nobody else uses. */
  createTemporaryPath(): string;
  /** Writes the bytes, as they are now, to a new file in `DIR/tmp`; resolves to its path once they are on the disk. */
  writeTemporary(bytes: Uint8Array): Promise<string>;
  /** Moves a finished file to its place, together with what else is to be moved now; resolves once that is durable. */
  place(placement: Placement): Promise<PutResult>;
  /** Runs `work` as one durable step while no one else holds the lock, together with what else waits for it. See {@link Database.runTogether}. */
  runExclusively<T>(work: () => T): Promise<T>;
  close(): void;
}

/**
 * Opens `dir`, makes what is missing and deletes the unfinished files of processes that died. Any number of processes
 * may have it open. Throws `unavailable` if it cannot be written to, `invalid-input` if it is not a data directory
 * that this version can use.
 */
export function openDataDirectory(dir: string): DataDirectory {
  // It would resolve to the working directory, which nobody means by nothing.
  if (dir === "") throw invalidInput("a path", "the data directory", dir);
  const real = makeFolders(resolve(dir));
  const file = join(real, "safelight.db");
  if (isEmptied(file, join(real, "originals"))) {
    const message = `${file} is empty, although originals are stored beside it; ${DAMAGE_HINT}`;
    throw new SafelightError("unavailable", message);
  }
  const database = new Database(file);
  const lock = openLock(join(real, "locks.db"), database);
  const instance = openInstance();
  deleteAbandonedFiles(join(real, "tmp"));
  const placements = new GroupCommit(
    (group: readonly Placement[]) => lock.runExclusively(() => placeBlobs(group)),
    ({ store, path }) => `${store.root}/${path}`,
  );
  const works = new GroupCommit((group: readonly (() => unknown)[]) =>
    lock.runExclusively(() => database.runEach(group)),
  );
  const createTemporaryPath = () => join(real, "tmp", `${instance}.${randomUUID()}`);
  return {
    dir: real,
    instance,
    database,
    lock,
    createTemporaryPath,
    writeTemporary: (bytes) => writeNewFile(createTemporaryPath(), bytes),
    place: (placement) => placements.commit(placement),
    runExclusively: <T>(work: () => T) => works.commit(work) as Promise<T>,
    close() {
      closeInstance(instance);
      lock.close();
      database.close();
    },
  };
}

/** SQLite takes a file that was emptied for a new database, and all that is stored would seem never to have been. */
function isEmptied(file: string, originals: string): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.size !== 0) return false;
  return readdirSync(originals).length > 0;
}

function openLock(file: string, database: Database): Lock {
  try {
    return new Lock(file);
  } catch (error) {
    database.close();
    throw error;
  }
}

function makeFolders(dir: string): string {
  try {
    for (const folder of FOLDERS) mkdirSync(join(dir, folder), { recursive: true });
    return realpathSync.native(dir);
  } catch (error) {
    if (["EEXIST", "ENOTDIR"].includes(readErrorCode(error) ?? "")) {
      const message = `expected a directory for the data directory but received ${dir}, which is a file, or contains a file where a folder is needed`;
      throw new SafelightError("invalid-input", message, { cause: error });
    }
    throw toUnavailable(`creating the data directory ${dir}`, error);
  }
}

/** The name of a temporary file begins with the name of its instance, so that nobody deletes what is being written. */
function deleteAbandonedFiles(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const instance = name.split(".").slice(0, -1).join(".");
      if (instance !== "" && !isAlive(instance)) discard(join(folder, name));
    }
  } catch (error) {
    throw toUnavailable(`cleaning up ${folder}`, error);
  }
}

/** The bytes are taken over before anything is waited for; what is waited for is the disk. */
async function writeNewFile(path: string, bytes: Uint8Array): Promise<string> {
  const descriptor = openSync(path, "wx");
  try {
    writeWhole(descriptor, bytes);
    await fsyncAsync(descriptor);
  } catch (error) {
    discard(path);
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return path;
}

/** On the thread pool, because it takes as long as the disk does. */
const fsyncAsync = promisify(fsync);
