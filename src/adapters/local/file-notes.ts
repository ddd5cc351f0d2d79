import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageNote, ImageNotes, NotedImage, OpenNotes } from "../../ports/image-notes.js";
import { wrapSystemErrors } from "./system-errors.js";

/** Characters of an image id; its note follows at once. */
const ID_LENGTH = 22;

/** Number of files. An image's notes are all in one of them, by the beginning of its id: ids are digests and spread evenly. */
const FILES = 256;

/** Characters that wait in memory before they are appended to their file. */
const BUFFER = 4_096;

/**
 * Opens notes in files of a new folder in `folder` (default: the system's, for temporary files), which goes with them.
 * Reading takes the memory of one file, a 256th of the notes. Few notes stay in memory, and make no folder.
 */
export function keepNotesInFiles(folder: string = tmpdir()): OpenNotes {
  return async () => new FileNotes(folder);
}

class FileNotes implements ImageNotes {
  readonly #parent: string;
  readonly #waiting: string[] = Array.from({ length: FILES }, () => "");
  /** The files that there are. */
  readonly #written = new Set<number>();
  #folder: string | undefined;

  constructor(parent: string) {
    this.#parent = parent;
  }

  async add(notes: readonly ImageNote[]): Promise<void> {
    for (const { imageId, note } of notes) {
      const file = chooseFile(imageId);
      const waiting = `${this.#waiting[file]}${imageId}${JSON.stringify(note)}\n`;
      this.#waiting[file] = waiting;
      if (waiting.length >= BUFFER) await this.#append(file, waiting);
    }
  }

  async *read(): AsyncGenerator<NotedImage> {
    for (let file = 0; file < FILES; file += 1) {
      const images = new Map<ImageId, string[]>();
      for (const line of `${await this.#readFile(file)}${this.#waiting[file]}`.split("\n")) {
        if (line === "") continue;
        const imageId = line.slice(0, ID_LENGTH) as ImageId;
        const note: string = JSON.parse(line.slice(ID_LENGTH));
        const there = images.get(imageId);
        if (there) there.push(note);
        else images.set(imageId, [note]);
      }
      for (const [imageId, notes] of images) yield { imageId, notes };
    }
  }

  async close(): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) return;
    this.#folder = undefined;
    await wrapSystemErrors("deleting notes", () => rm(folder, { recursive: true, force: true }));
  }

  async #append(file: number, text: string): Promise<void> {
    this.#waiting[file] = "";
    this.#written.add(file);
    await wrapSystemErrors("writing notes", async () => {
      this.#folder ??= await mkdtemp(join(this.#parent, "safelight-notes-"));
      await appendFile(join(this.#folder, String(file)), text);
    });
  }

  async #readFile(file: number): Promise<string> {
    const folder = this.#folder;
    if (folder === undefined || !this.#written.has(file)) return "";
    return wrapSystemErrors("reading notes", () => readFile(join(folder, String(file)), "utf8"));
  }
}

/** The file of an image: by the first 8 bits of its id. */
function chooseFile(imageId: ImageId): number {
  return Buffer.from(imageId.slice(0, 2), "base64url")[0] ?? 0;
}
