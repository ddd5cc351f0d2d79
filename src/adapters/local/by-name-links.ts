import { lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { computeShortDigest } from "../../domain/model/digest.js";
import type { RenditionDescription } from "../../domain/model/image-record.js";
import { readLastSegment } from "../../domain/model/original-key.js";
import { toBlobPath } from "./blob-path.js";
import { discard, isPlainDirectory, removeEntry } from "./file-tree.js";
import { readErrorCode } from "./system-errors.js";

/** Longest readable part of a name, in bytes; file systems allow 255. */
const MAX_NAME_BYTES = 200;

/**
 * Links for people: `DIR/by-name/<key>/<spec>.<ext>` leads to the rendition. They are a convenience: nothing reads
 * them, and where two keys want the same place, one as a directory and one as a link, the first one keeps it.
 */
export class ByNameLinks {
  readonly #root: string;
  readonly #renditions: string;
  readonly #createTemporaryPath: () => string;

  constructor({ dir, createTemporaryPath }: { dir: string; createTemporaryPath: () => string }) {
    this.#root = join(dir, "by-name");
    this.#renditions = join(dir, "renditions");
    this.#createTemporaryPath = createTemporaryPath;
  }

  /** Makes the links of `key` lead to exactly these renditions. */
  replace(key: string, imageId: string, renditions: readonly RenditionDescription[]): void {
    const directory = toLinkDirectory(key);
    mkdirSync(this.#root, { recursive: true });
    const wanted = new Map(renditions.map((one) => [toLinkName(readLastSegment(one.key)), one.key]));
    this.remove(key, imageId, new Set(wanted.keys()));
    for (const [name, renditionKey] of wanted) this.#link(join(directory, name), renditionKey);
  }

  /** Removes the links of `key`, all but those that are `kept`, and the directories that this leaves empty. */
  remove(key: string, imageId: string, kept: ReadonlySet<string> = new Set()): void {
    const directory = toLinkDirectory(key);
    for (const name of this.#listLinks(directory, imageId))
      if (!kept.has(name)) removeEntry(this.#root, join(directory, name));
  }

  /** The names of the links that were made for this image. */
  #listLinks(directory: string, imageId: string): string[] {
    if (!isPlainDirectory(this.#root, directory)) return [];
    const own = relative(join(this.#root, directory), join(this.#renditions, imageId));
    return readdirSync(join(this.#root, directory), { withFileTypes: true })
      .filter((entry) => entry.isSymbolicLink())
      .map(({ name }) => name)
      .filter((name) => readlinkSync(join(this.#root, directory, name)).startsWith(`${own}/`));
  }

  #link(path: string, renditionKey: string): void {
    const place = join(this.#root, path);
    const temporary = this.#createTemporaryPath();
    try {
      mkdirSync(dirname(place), { recursive: true });
      if (!isPlainDirectory(this.#root, dirname(path)) || isTaken(place)) return;
      // Relative, so that the data directory can be moved; made elsewhere and moved, so that it is never missing.
      symlinkSync(relative(dirname(place), join(this.#renditions, toBlobPath(renditionKey))), temporary);
      renameSync(temporary, place);
    } catch (error) {
      discard(temporary);
      // Another key's link or directory is in the way, a deep key with long names has no path, or the file system
      // has no links: the rendition is there all the same.
      if (readErrorCode(error) === undefined) throw error;
    }
  }
}

/** Whatever is not a link was not made here. */
function isTaken(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === false;
}

function toLinkDirectory(key: string): string {
  return key.split("/").map(toLinkName).join("/");
}

/** A segment as a name for people: spaces and letters of all scripts stay, what a file system cannot hold is encoded. */
function toLinkName(segment: string): string {
  const steps = segment === "." || segment === "..";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be found
  const name = segment.replace(steps ? /\./g : /[%\\\u0000-\u001f\u007f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
  if (name === "") return "%";
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const [cut = ""] = name.match(new RegExp(`^.{0,${MAX_NAME_BYTES / 4}}`, "u")) ?? [];
  return `${cut}%${computeShortDigest(segment, 8)}`;
}
