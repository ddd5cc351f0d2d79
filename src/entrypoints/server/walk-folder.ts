import type { BigIntStats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isNotFoundError } from "../../adapters/local/system-errors.js";
import { decodeName, escapeName } from "../files/decode-name.js";

/** Told what {@link walkFolder} finds, by key; the folder itself has the key `""`. */
export interface FolderVisitor {
  /** Called before the folder is read. False: it is left out. */
  readonly onFolder: (key: string, stats: BigIntStats) => boolean;
  readonly onFile: (key: string, stats: BigIntStats) => void;
  /** A file or folder whose name is not UTF-8, as {@link escapeName} shows it; left out. */
  readonly onStrangeName: (path: string) => void;
  /** A folder that cannot be read, though it is there. */
  readonly onUnreadable: (key: string, error: unknown) => void;
}

/**
 * Looks at everything below a folder, one thing after the other, so that it takes little from whatever else is done
 * meanwhile. Links are files here, and not followed. What goes meanwhile is left out.
 */
export async function walkFolder(
  folder: string,
  start: string,
  visitor: FolderVisitor,
  signal: AbortSignal,
): Promise<void> {
  const open = [start];
  for (let key = open.pop(); key !== undefined && !signal.aborted; key = open.pop()) {
    const path = join(folder, key);
    const stats = await readStats(path).catch(() => undefined);
    if (!stats?.isDirectory() || !visitor.onFolder(key, stats)) continue;
    let names: Buffer[];
    try {
      names = await readdir(path, { encoding: "buffer" });
    } catch (error) {
      if (!isNotFoundError(error)) visitor.onUnreadable(key, error);
      continue;
    }
    for (const bytes of names) {
      if (signal.aborted) return;
      const name = decodeName(bytes);
      if (name === undefined) {
        visitor.onStrangeName(join(path, escapeName(bytes)));
        continue;
      }
      const below = key === "" ? name : `${key}/${name}`;
      const found = await readStats(join(folder, below)).catch(() => undefined);
      if (found?.isDirectory()) open.push(below);
      else if (found) visitor.onFile(below, found);
    }
  }
}

/** The stats of a file or folder, `undefined` if there is none. A link is not followed. */
export async function readStats(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (isNotFoundError(error)) return undefined;
    throw error;
  }
}
