import { realpath, stat } from "node:fs/promises";
import { relative, sep } from "node:path";
import { watch } from "chokidar";
import { invalidInput } from "../../domain/model/errors.js";
import { FolderFollower, type FollowOptions } from "./folder-follower.js";

/** What watching a folder needs. */
export interface WatchOptions extends FollowOptions {
  /** The data directory, which is left out if it lies in the folder. */
  readonly dataDir: string;
}

/** A folder that is watched. */
export interface FolderWatch {
  /** Begins nothing new and resolves once what was begun is done. */
  close(): Promise<void>;
}

/** A file is taken for whole once it has not grown for so many milliseconds. */
const QUIET = 1_000;

/**
 * Keeps images in step with the pictures of a folder: what lies in it, what is put there, replaced or removed. Throws
 * `invalid-input` for what is no folder, and for the data directory and whatever lies in it.
 */
export async function watchFolder(options: WatchOptions): Promise<FolderWatch> {
  const folder = await folderAt(options.folder);
  const dataDir = await realpath(options.dataDir);
  const isInside = (path: string) => path === dataDir || path.startsWith(dataDir + sep);
  if (isInside(folder)) throw invalidInput("a folder outside the data directory", "--watch", options.folder);
  const follower = new FolderFollower({ ...options, folder });
  const keyOf = (path: string) => relative(folder, path).split(sep).join("/");
  const watcher = watch(folder, {
    followSymlinks: false,
    ignored: isInside,
    awaitWriteFinish: { stabilityThreshold: QUIET, pollInterval: 100 },
  });
  watcher.on("all", (event, path) => {
    if (event === "add" || event === "change" || event === "unlink") follower.look(keyOf(path));
  });
  watcher.on("error", (error) => options.log("warn", "folder not watched", { error: String(error) }));
  await new Promise<void>((ready) => watcher.once("ready", () => ready()));
  return {
    async close() {
      await watcher.close();
      await follower.close();
    },
  };
}

async function folderAt(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw invalidInput("an existing folder", "--watch", path);
  return realpath(path);
}
