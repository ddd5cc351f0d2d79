import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { invalidInput } from "../../domain/model/errors.js";
import { isDataDirectory, isLeftOutFolder } from "../files/left-out-folder.js";
import { type ComparisonIntervals, FolderComparison } from "./folder-comparison.js";
import { FolderSync, type FolderSyncOptions } from "./folder-sync.js";
import { KnownFolders, type StartWatch } from "./known-folders.js";

/** Options of {@link watchFolder}. */
export interface FolderWatchOptions extends Omit<FolderSyncOptions, "isElsewhere"> {
  /** The data directory. It is left out if it lies in the folder, and so are others and hidden folders. */
  readonly dataDir: string;
  /** Watches one folder. Default: as Node does. */
  readonly startWatch?: StartWatch;
  /** Default: those of {@link FolderComparison}. */
  readonly intervals?: ComparisonIntervals;
}

/** A folder that is watched. */
export interface FolderWatch {
  /** Begins nothing new and resolves once what was begun is done. */
  close(): Promise<void>;
}

/**
 * Keeps images in step with the pictures of a folder: what lies in it, what is put there, replaced or removed. Throws
 * `invalid-input` for what is no folder, for data directories, and for whatever lies in this one.
 */
export async function watchFolder(options: FolderWatchOptions): Promise<FolderWatch> {
  const { log, startWatch, intervals } = options;
  const folder = await resolveFolder(options.folder);
  const dataDir = await realpath(options.dataDir);
  const isInside = (path: string) => path === dataDir || path.startsWith(dataDir + sep);
  if (isInside(folder) || isDataDirectory(folder))
    throw invalidInput("a folder outside the data directory", "--watch", options.folder);
  const folders = new KnownFolders({
    folder,
    log,
    ...(startWatch && { startWatch }),
    onEvent: (above, named) => {
      comparison.look(named ?? above);
      comparison.request();
    },
  });
  const sync = new FolderSync({ ...options, folder, isElsewhere: (key) => folders.isElsewhere(key) });
  const isIgnored = (key: string) => {
    const path = join(folder, key);
    return isInside(path) || (key !== "" && isLeftOutFolder(path));
  };
  const comparison = new FolderComparison({
    folder,
    folders,
    sync,
    isIgnored,
    log,
    ...(intervals && { intervals }),
  });
  return {
    async close() {
      await comparison.close();
      folders.close();
      await sync.close();
    },
  };
}

async function resolveFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw invalidInput("an existing folder", "--watch", path);
  return realpath(path);
}
