import { type BigIntStats, constants } from "node:fs";
import { access, lstat, readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { quote, SafelightError } from "../../domain/model/errors.js";
import { decodeName, escapeName } from "../files/decode-name.js";
import { looksLikeImage } from "../files/looks-like-image.js";

/** A file to process. */
export interface InputFile {
  /** The base name of the argument and, for a folder, the path below it. */
  readonly key: string;
  readonly path: string;
}

/** The files found under the arguments. */
export interface FoundInputs {
  readonly files: readonly InputFile[];
  /** Files that are pictures neither by name nor by content, and symbolic links below a folder. */
  readonly skipped: { readonly notImages: number; readonly links: number };
  /** Files and folders that could not be read. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

interface Search {
  readonly files: InputFile[];
  readonly skipped: { notImages: number; links: number };
  readonly unreadable: { path: string; reason: string }[];
  readonly dataDir: BigIntStats | undefined;
}

/**
 * Expands files and folders. A symbolic link that is named is followed, one inside a folder is not: it could lead
 * anywhere, also back. The data directory is left out. Throws `invalid-input` for arguments that do not exist, for
 * the data directory itself, and when two arguments give equal keys, since one image would replace the other.
 */
export async function findInputs(paths: readonly string[], dataDir: string): Promise<FoundInputs> {
  const missing: string[] = [];
  for (const path of paths) await access(path, constants.F_OK).catch(() => missing.push(path));
  if (missing.length > 0) {
    // Bytes of the command line that are not UTF-8 arrive as this character.
    const strange = missing.some((path) => path.includes("\ufffd"));
    const hint = strange ? "; a name that is not UTF-8 cannot be read: rename it" : "";
    const message = `expected existing files or folders but received ${missing.map(quote).join(", ")}${hint}`;
    throw new SafelightError("invalid-input", message);
  }
  const data = await stat(dataDir, { bigint: true }).catch(() => undefined);
  const sources = new Map<string, string>();
  const found: Search = { files: [], skipped: { notImages: 0, links: 0 }, unreadable: [], dataDir: data };
  for (const path of paths) {
    const search: Search = { ...found, files: [] };
    await searchArgument(search, path);
    assertDistinctKeys(sources, search.files);
    for (const file of search.files) found.files.push(file);
  }
  return found;
}

async function searchArgument(search: Search, path: string): Promise<void> {
  const stats = await stat(path, { bigint: true });
  // Resolved first, so that `.`, `..` and a slash at the end have a base name as well.
  const name = basename(resolve(path));
  if (!stats.isDirectory()) return searchFile(search, path, name, stats);
  if (isSameFile(stats, search.dataDir)) {
    throw new SafelightError(
      "invalid-input",
      `expected an input outside the data directory but received the data directory itself, ${quote(path)}`,
    );
  }
  await searchFolder(search, path, name);
}

async function searchFolder(search: Search, folder: string, key: string): Promise<void> {
  let names: Buffer[];
  try {
    names = await readdir(folder, { encoding: "buffer" });
  } catch (error) {
    search.unreadable.push({ path: folder, reason: readErrorReason(error) });
    return;
  }
  for (const bytes of names.sort(Buffer.compare)) {
    const name = decodeName(bytes);
    if (name === undefined) {
      const path = join(folder, escapeName(bytes));
      search.unreadable.push({ path, reason: "its name is not UTF-8; rename it" });
      continue;
    }
    const path = join(folder, name);
    const below = key === "" ? name : `${key}/${name}`;
    try {
      const stats = await lstat(path, { bigint: true });
      if (stats.isSymbolicLink()) search.skipped.links += 1;
      else if (!stats.isDirectory()) await searchFile(search, path, below, stats);
      else if (!isSameFile(stats, search.dataDir)) await searchFolder(search, path, below);
    } catch (error) {
      search.unreadable.push({ path, reason: readErrorReason(error) });
    }
  }
}

async function searchFile(search: Search, path: string, key: string, stats: BigIntStats): Promise<void> {
  try {
    // Reading a pipe or a device could wait for ever.
    if (stats.isFile() && (await looksLikeImage(path, basename(key)))) search.files.push({ key, path });
    else search.skipped.notImages += 1;
  } catch (error) {
    search.unreadable.push({ path, reason: readErrorReason(error) });
  }
}

function assertDistinctKeys(sources: Map<string, string>, files: readonly InputFile[]): void {
  const equal = files.filter(({ key }) => sources.has(key));
  if (equal.length > 0) {
    const pairs = equal
      .slice(0, 5)
      .map(({ key, path }) => `${quote(sources.get(key))} and ${quote(path)} (both ${quote(key)})`);
    const more = equal.length > 5 ? ` and ${equal.length - 5} more` : "";
    throw new SafelightError(
      "invalid-input",
      `expected inputs with different keys but received ${pairs.join(", ")}${more}`,
    );
  }
  for (const { key, path } of files) sources.set(key, path);
}

function isSameFile(a: BigIntStats, b: BigIntStats | undefined): boolean {
  return b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/** Reads the code of a file system error; its message would repeat the path. */
export function readErrorReason(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return String(error);
}
