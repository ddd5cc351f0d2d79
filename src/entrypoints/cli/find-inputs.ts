import { type BigIntStats, constants } from "node:fs";
import { access, lstat, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { quote, refusal, refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { decodeName, escapeName } from "../files/decode-name.js";
import { isDataDirectory, isLeftOutFolder } from "../files/left-out-folder.js";
import { looksLikeImage } from "../files/looks-like-image.js";
import { STANDARD_INPUT } from "../files/read-input.js";
import { expandPatterns } from "./expand-patterns.js";

/** A file to process. */
export interface InputFile {
  /** The prefix, then the base name of a file that was named, or the path below a folder that was. */
  readonly key: string;
  /** `-` for standard input. */
  readonly path: string;
  /** How many bytes it had when it was found; of standard input nobody knows. */
  readonly size?: number | undefined;
}

/** The files found under the arguments. */
export interface FoundInputs {
  readonly files: readonly InputFile[];
  /** Files that are pictures neither by name nor by content, and symbolic links below a folder. */
  readonly skipped: { readonly notImages: number; readonly links: number };
  /** Files and folders that could not be read. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Options of {@link findInputs}. */
export interface InputOptions {
  /** The data directory in use. */
  readonly data: string;
  /** The key of the only input, which is a file or standard input. */
  readonly key?: string;
  /** The beginning of all keys. Default: nothing. */
  readonly prefix?: string;
}

interface Search {
  readonly files: InputFile[];
  readonly skipped: { notImages: number; links: number };
  readonly unreadable: { path: string; reason: string }[];
  readonly dataDir: BigIntStats | undefined;
  readonly options: InputOptions;
}

/**
 * Expands patterns, files and folders. A symbolic link that is named is followed, one inside a folder is not: it could
 * lead anywhere, also back. Hidden folders and data directories inside a folder are left out. Throws `invalid-input` for arguments that do not exist, for a data directory itself, and when two
 * arguments give equal keys, since one image would replace the other.
 */
export async function findInputs(patterns: readonly string[], options: InputOptions): Promise<FoundInputs> {
  const paths = await expandPatterns(patterns);
  const isOneFile = paths.length === 1 && !(await isFolder(paths[0] ?? ""));
  if (options.key !== undefined && !isOneFile)
    throw refusal("invalid-input", "one file or - (required by --key)", "the inputs", paths.join(" "));
  if (paths.includes(STANDARD_INPUT) && options.key === undefined)
    throw refusalInWords("invalid-input", "a key (required by -)", "--key", "nothing");
  const missing: string[] = [];
  for (const path of paths)
    if (path !== STANDARD_INPUT) await access(path, constants.F_OK).catch(() => missing.push(path));
  if (missing.length > 0) {
    // Bytes of the command line that are not UTF-8 arrive as this character.
    const strange = missing.some((path) => path.includes("\ufffd"));
    const hint = strange ? "; a name that is not UTF-8 cannot be read: rename it" : "";
    const message = `expected existing files or folders but received ${missing.map(quote).join(", ")}${hint}`;
    throw new SafelightError("invalid-input", message);
  }
  const dataDir = await stat(options.data, { bigint: true }).catch(() => undefined);
  const sources = new Map<string, string>();
  const found: Search = { files: [], skipped: { notImages: 0, links: 0 }, unreadable: [], dataDir, options };
  for (const path of paths) {
    const search: Search = { ...found, files: [] };
    await searchArgument(search, path);
    assertDistinctKeys(sources, search.files);
    for (const file of search.files) found.files.push(file);
  }
  return found;
}

async function searchArgument(search: Search, path: string): Promise<void> {
  const { prefix = "", key } = search.options;
  if (path === STANDARD_INPUT) {
    search.files.push({ key: `${prefix}${key}`, path });
    return;
  }
  const stats = await stat(path, { bigint: true });
  if (!stats.isDirectory()) return searchFile(search, path, `${prefix}${key ?? basename(path)}`, stats);
  if (isSameFile(stats, search.dataDir) || isDataDirectory(path)) {
    throw new SafelightError(
      "invalid-input",
      `expected an input outside data directories but received a data directory, ${quote(path)}`,
    );
  }
  await searchFolder(search, path, prefix);
}

/** `start` is the beginning of all keys below the folder. */
async function searchFolder(search: Search, folder: string, start: string): Promise<void> {
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
    const key = `${start}${name}`;
    try {
      const stats = await lstat(path, { bigint: true });
      if (stats.isSymbolicLink()) search.skipped.links += 1;
      else if (!stats.isDirectory()) await searchFile(search, path, key, stats);
      else if (!isSameFile(stats, search.dataDir) && !isLeftOutFolder(path))
        await searchFolder(search, path, `${key}/`);
    } catch (error) {
      search.unreadable.push({ path, reason: readErrorReason(error) });
    }
  }
}

async function searchFile(search: Search, path: string, key: string, stats: BigIntStats): Promise<void> {
  try {
    // Reading a pipe or a device could wait for ever.
    if (stats.isFile() && (await looksLikeImage(path, basename(path))))
      search.files.push({ key, path, size: Number(stats.size) });
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
      `expected inputs with different keys but received ${pairs.join(", ")}${more}; run the command once for each, with --prefix`,
    );
  }
  for (const { key, path } of files) sources.set(key, path);
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}

function isSameFile(a: BigIntStats, b: BigIntStats | undefined): boolean {
  return b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/** Reads the code of a file system error; its message would repeat the path. */
export function readErrorReason(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return String(error);
}
