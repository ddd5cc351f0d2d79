import type { ImageNote, ImageNotes, NotedImage } from "../../ports/image-notes.js";
import type { ImageId } from "../model/image-id.js";

/** Opens notes in the memory of the process, some 200 bytes an image: for as many images as that has room for. */
export async function openHeapNotes(): Promise<ImageNotes> {
  return new HeapNotes();
}

class HeapNotes implements ImageNotes {
  readonly #notes = new Map<ImageId, string[]>();

  async add(notes: readonly ImageNote[]): Promise<void> {
    for (const { imageId, note } of notes) {
      const there = this.#notes.get(imageId);
      if (there) there.push(note);
      else this.#notes.set(imageId, [note]);
    }
  }

  async *read(): AsyncGenerator<NotedImage> {
    for (const [imageId, notes] of this.#notes) yield { imageId, notes };
  }

  async close(): Promise<void> {
    this.#notes.clear();
  }
}
