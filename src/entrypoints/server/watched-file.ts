import type { BigIntStats } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isNotFoundError } from "../../adapters/local/system-errors.js";
import { looksLikeImage } from "../files/looks-like-image.js";
import { readFileHead } from "../files/read-file-head.js";
import { readStats } from "./walk-folder.js";

/**
 * The state of a file: two are equal if nobody has written in between. `undefined` for what is no file: neither links,
 * which may lead anywhere, nor pipes and devices, which may have no end.
 */
export function describeState(stats: BigIntStats): string | undefined {
  return stats.isFile() ? `${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : undefined;
}

/** The state of the file of a key, `undefined` if there is none, or none without following a link. */
export async function readState(folder: string, key: string): Promise<string | undefined> {
  const path = join(folder, key);
  try {
    const above = dirname(path);
    if ((await realpath(above)) !== above) return undefined;
    const stats = await readStats(path);
    return stats && describeState(stats);
  } catch (error) {
    if (isNotFoundError(error)) return undefined;
    throw error;
  }
}

/** The first bytes of the file of a key, at most so many; `undefined` if there is none or it claims to be no picture. */
export async function readPicture(
  folder: string,
  key: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const path = join(folder, key);
  try {
    return (await looksLikeImage(path, basename(path))) ? await readFileHead(path, maxBytes) : undefined;
  } catch (error) {
    if (isNotFoundError(error)) return undefined;
    throw error;
  }
}
