import type { Dirent } from "node:fs";
import { join } from "node:path";
import { compareKeys, isOriginalKey } from "../../domain/model/original-key.js";
import { isContinuation, parseSegment, toDirectoryPath } from "./blob-path.js";
import { iterateEntries, iteratePlainEntries } from "./directory-entries.js";
import { FirstSegments } from "./first-segments.js";
import type { WalkPlace } from "./kept-walk.js";
import { isOwnPath, parseSpelledKey } from "./own-path.js";
import { readErrorCode } from "./system-errors.js";

/** Which keys are listed, of a store of which kind. */
export interface KeyListing extends WalkPlace {
  /** Whether files are taken that people put there under names of their own. */
  readonly takesOwnNames: boolean;
  /** Of a directory, segments of keys that are held at a time; up to twice as many while it is read. Default 50,000. */
  readonly mostHeld?: number;
}

/** A million segments in one directory are read 20 times, which takes a twentieth of the time that their files take. */
const MOST_HELD = 50_000;

/**
 * The keys below `root` that start with `prefix` and come after `after`, in the order of their UTF-8 bytes. Reads
 * only directories that can hold such keys. Files that stand for no key, and links, are passed over. `onUnreadable` is told
 * of a folder below `root` that cannot be read. Of each directory on the way it holds at most twice `mostHeld` segments.
 */
export async function* listKeys(root: string, listing: KeyListing): AsyncGenerator<string> {
  const { prefix } = listing;
  yield* walk(root, prefix.slice(0, prefix.lastIndexOf("/") + 1), listing);
}

/** Goes through the keys that begin with `keyStart`, which is empty or ends in `/`. */
async function* walk(root: string, keyStart: string, listing: KeyListing): AsyncGenerator<string> {
  const { mostHeld = MOST_HELD, onUnreadable } = listing;
  for (let from: string | undefined, isWhole = false; !isWhole; ) {
    const first = new FirstSegments(mostHeld);
    const last = from;
    const add = (segment: string) => {
      if (last !== undefined && compareKeys(segment, last) <= 0) return;
      if (isListed(keyStart, segment, listing)) first.add(segment);
    };
    await readSegments(root, keyStart, listing, add).catch((error: unknown) => {
      if (!onUnreadable || keyStart === "" || readErrorCode(error) === undefined) throw error;
      onUnreadable({ key: keyStart, isFolder: true });
    });
    const { segments, bound } = first.finish();
    for (const segment of segments) {
      if (segment.endsWith("/")) yield* walk(root, keyStart + segment, listing);
      else yield keyStart + segment;
    }
    isWhole = bound === undefined;
    from = bound;
  }
}

/** Whether a segment ends a key that is listed; of a folder, which ends in a slash: whether it may begin one. */
function isListed(keyStart: string, segment: string, { prefix, after = "" }: KeyListing): boolean {
  const key = keyStart + segment;
  const mayFollow = compareKeys(key, after) > 0;
  if (!segment.endsWith("/")) return key.startsWith(prefix) && mayFollow && isOriginalKey(key);
  return (key.startsWith(prefix) || prefix.startsWith(key)) && (mayFollow || after.startsWith(key));
}

/** All that may follow `keyStart` up to the next slash; a folder's segment ends in one, so that sorting segments sorts keys. */
async function readSegments(
  root: string,
  keyStart: string,
  { takesOwnNames }: KeyListing,
  add: (segment: string) => void,
): Promise<void> {
  const encoded = toDirectoryPath(keyStart);
  const own = keyStart.slice(0, -1);
  const isBoth = takesOwnNames && own === encoded;
  const continued: string[] = [];
  for await (const entries of iteratePlainEntries(root, encoded))
    for (const entry of entries) {
      if (isContinued(entry)) continued.push(entry.name);
      else addEncoded(entry, [], add);
      if (isBoth) addOwnName(keyStart, entry, add);
    }
  for (const name of continued) await readContinued(join(root, encoded), [name], add);
  if (!takesOwnNames || isBoth || !isOwnPath(own)) return;
  for await (const entries of iteratePlainEntries(root, own))
    for (const entry of entries) addOwnName(keyStart, entry, add);
}

/**
 * `names` are those of the directories that hold the beginning of a segment too long for one name, below `directory`. Their entries
 * belong among those of `directory`: `T…` comes before or after `T/…`, depending on what follows.
 */
async function readContinued(
  directory: string,
  names: readonly string[],
  add: (segment: string) => void,
): Promise<void> {
  const continued: string[] = [];
  for await (const entries of iterateEntries(join(directory, ...names)))
    for (const entry of entries) {
      if (isContinued(entry)) continued.push(entry.name);
      else addEncoded(entry, names, add);
    }
  for (const name of continued) await readContinued(directory, [...names, name], add);
}

function isContinued(entry: Dirent): boolean {
  return isContinuation(entry.name) && entry.isDirectory();
}

/** Adds the segment that is spelled by `names` and the entry's. */
function addEncoded(entry: Dirent, names: readonly string[], add: (segment: string) => void): void {
  const isDirectory = entry.isDirectory();
  if (!isDirectory && !entry.isFile()) return;
  const segment = parseSegment([...names, entry.name], isDirectory);
  if (segment !== undefined) add(isDirectory ? `${segment}/` : segment);
}

/** Adds the name itself, but for that of a file that stands for another key. */
function addOwnName(keyStart: string, entry: Dirent, add: (segment: string) => void): void {
  const { name } = entry;
  if (entry.isDirectory()) add(`${name}/`);
  else if (entry.isFile() && parseSpelledKey(keyStart + name) === undefined) add(name);
}
