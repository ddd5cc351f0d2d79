import { realpath, stat } from "node:fs/promises";
import { relative, sep } from "node:path";
import { watch } from "chokidar";
import { invalidInput } from "../../domain/model/errors.js";
import { FolderSync, type FolderSyncOptions } from "./folder-sync.js";

/** Options of {@link watchFolder}. */
export interface FolderWatchOptions extends FolderSyncOptions {
  /** The data directory, which is left out if it lies in the folder. */
  readonly dataDir: string;
}

/** A folder that is watched. */
export interface FolderWatch {
  /** Begins nothing new and resolves once what was begun is done. */
  close(): Promise<void>;
}

/** A file is taken for whole once it has not grown for so many milliseconds. */
const STABLE_MILLISECONDS = 1_000;

/**
 * Keeps images in step with the pictures of a folder: what lies in it, what is put there, replaced or removed. Throws
 * `invalid-input` for what is no folder, and for the data directory and whatever lies in it.
 */
export async function watchFolder(options: FolderWatchOptions): Promise<FolderWatch> {
  const folder = await resolveFolder(options.folder);
  const dataDir = await realpath(options.dataDir);
  const isInside = (path: string) => path === dataDir || path.startsWith(dataDir + sep);
  if (isInside(folder)) throw invalidInput("a folder outside the data directory", "--watch", options.folder);
  const follower = new FolderSync({ ...options, folder });
  const toKey = (path: string) => relative(folder, path).split(sep).join("/");
  const watcher = watch(folder, {
    followSymlinks: false,
    ignored: isInside,
    awaitWriteFinish: { stabilityThreshold: STABLE_MILLISECONDS, pollInterval: 100 },
  });
  watcher.on("all", (event, path) => {
    if (event === "add" || event === "change" || event === "unlink") follower.check(toKey(path));
  });
  watcher.on("error", (error) => options.log("warn", "watching the folder failed", { error: String(error) }));
  await new Promise<void>((ready) => watcher.once("ready", () => ready()));
  return {
    async close() {
      await watcher.close();
      await follower.close();
    },
  };
}

async function resolveFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw invalidInput("an existing folder", "--watch", path);
  return realpath(path);
}
